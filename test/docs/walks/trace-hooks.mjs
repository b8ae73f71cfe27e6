import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/**
 * Loads the sources of `src` with a call at the beginning of every function: `globalThis.entered`
 * gets the file and the name of the function. Reading a property does not enter a file.
 */
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const OPTIONS = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: true,
  verbatimModuleSyntax: true,
};

globalThis.entered = () => {};

registerHooks({
  resolve(specifier, context, next) {
    const relativeSource = context.parentURL?.endsWith('.ts') && specifier.startsWith('.');
    return next(relativeSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
  load(url, context, next) {
    if (!url.endsWith('.ts')) return next(url, context);
    const path = fileURLToPath(url);
    const file = relative(ROOT, path);
    const transformers = file.startsWith('src/') ? { before: [instrument(file)] } : {};
    const source = readFileSync(path, 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions: OPTIONS, fileName: path, transformers });
    return { format: 'module', source: outputText, shortCircuit: true };
  },
});

/** A transformer that puts the call into each function that has a body. */
function instrument(file) {
  return (context) => {
    const { factory } = context;

    const call = (name) => {
      const reported = ['entered', file, name].map((text, index) =>
        index === 0 ? factory.createIdentifier(text) : factory.createStringLiteral(text),
      );
      const [callee, ...parameters] = reported;
      return factory.createExpressionStatement(factory.createCallExpression(callee, undefined, parameters));
    };

    const visit = (node) => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isArrowFunction(visited)) return tracedArrow(visited);
      if (!visited.body || !ts.isBlock(visited.body) || !ts.isFunctionLike(visited)) return visited;
      if (ts.isAccessor(visited)) return visited;
      // A constructor of a subclass calls `super` first.
      const statements = ts.isConstructorDeclaration(visited)
        ? [...visited.body.statements, call('constructor')]
        : [call(nameOf(visited)), ...visited.body.statements];
      return withBody(visited, factory.createBlock(statements, true));
    };

    const tracedArrow = (arrow) => {
      const statements = ts.isBlock(arrow.body) ? arrow.body.statements : [factory.createReturnStatement(arrow.body)];
      return withBody(arrow, factory.createBlock([call('=>'), ...statements], true));
    };

    const withBody = (node, body) => {
      const { modifiers, typeParameters, parameters, type, name, asteriskToken } = node;
      if (ts.isArrowFunction(node)) {
        return factory.updateArrowFunction(
          node,
          modifiers,
          typeParameters,
          parameters,
          type,
          node.equalsGreaterThanToken,
          body,
        );
      }
      if (ts.isConstructorDeclaration(node)) {
        return factory.updateConstructorDeclaration(node, modifiers, parameters, body);
      }
      const shared = [modifiers, asteriskToken, name];
      if (ts.isMethodDeclaration(node)) {
        const { questionToken } = node;
        return factory.updateMethodDeclaration(node, ...shared, questionToken, typeParameters, parameters, type, body);
      }
      if (ts.isFunctionDeclaration(node)) {
        return factory.updateFunctionDeclaration(node, ...shared, typeParameters, parameters, type, body);
      }
      return factory.updateFunctionExpression(node, ...shared, typeParameters, parameters, type, body);
    };

    return (sourceFile) => ts.visitNode(sourceFile, visit);
  };
}

function nameOf(node) {
  return node.name && ts.isIdentifier(node.name) ? node.name.text : 'function';
}
