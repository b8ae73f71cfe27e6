import { basename } from 'node:path';

/** `subject.role.ts`, in kebab case. */
const SHAPE = /^\.?[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+(?:-[a-z0-9]+)*)+$/;
/** Words that say that a file has no subject. */
const EMPTY_WORDS = /(?:^|[/.-])(?:utils?|common|helpers?|managers?|misc)(?=[/.-])/;

/** An ESLint rule: what a file is called tells its one concept, and its role. */
export const fileNames = {
  meta: {
    type: 'suggestion',
    messages: {
      shape: '{{name}} should be called subject.role.ts, in kebab case.',
      empty: '{{name}} says nothing about its subject: name the concept that the file holds.',
    },
  },
  create(context) {
    return {
      Program(node) {
        const name = basename(context.filename);
        const path = context.filename.slice(context.cwd.length);
        if (!SHAPE.test(name)) context.report({ node, messageId: 'shape', data: { name } });
        if (EMPTY_WORDS.test(path)) context.report({ node, messageId: 'empty', data: { name } });
      },
    };
  },
};
