import { SchematicsException } from '@angular-devkit/schematics';
import ts from 'typescript';

/**
 * The text of `tasks.module.ts` with one more module in its imports, in the order of their names.
 *
 * @param {string} text
 * @param {string} module its class
 * @param {string} path where it is imported from
 */
export function enterModule(text, module, path) {
  const source = ts.createSourceFile('tasks.module.ts', text, ts.ScriptTarget.Latest, true);
  const declarations = source.statements.filter(ts.isImportDeclaration);
  const modules = importsOf(source);
  if (!modules || declarations.length === 0) {
    throw new SchematicsException('src/tasks/tasks.module.ts has no @Module with a list of imports to enter it in');
  }
  const names = modules.elements.map((element) => element.getText(source));
  if (names.includes(module)) throw new SchematicsException(`src/tasks/tasks.module.ts has ${module} already`);
  const following = modules.elements.find((element) => element.getText(source) > module);
  const listed = following?.getStart(source) ?? modules.elements.end;
  const comma = following || names.length === 0 || modules.elements.hasTrailingComma ? '' : ', ';
  const next = declarations.find(({ moduleSpecifier }) => {
    const from = moduleSpecifier.text;
    return from.startsWith('./') && from > path;
  });
  const imported = next?.getStart(source) ?? declarations.at(-1).end;
  const declaration = `import { ${module} } from '${path}';`;
  return [
    text.slice(0, imported),
    next ? `${declaration}\n` : `\n${declaration}`,
    text.slice(imported, listed),
    following ? `${module}, ` : `${comma}${module}`,
    text.slice(listed),
  ].join('');
}

function importsOf(source) {
  let found;
  const visit = (node) => {
    const isImports = ts.isPropertyAssignment(node) && node.name.getText(source) === 'imports';
    if (isImports && ts.isArrayLiteralExpression(node.initializer)) found ??= node.initializer;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
