import eslint from '@eslint/js';
import stylistic from '@stylistic/eslint-plugin';
import tseslint from 'typescript-eslint';
import { fileNames } from './scripts/lint/file-names.mjs';

/** Code lines of a file. Exceptions are listed below, each with its reason. */
const MAX_LINES = 200;
const MAX_COMMENT_COLUMNS = 100;

/** A bound is `MAX_…` or `MIN_…`, and names its unit: `MAX_PAUSE_MS`. */
const SUPERLATIVE = '/^(MOST|LONGEST|SHORTEST|FEWEST|LARGEST|HIGHEST|LOWEST|MANY)(_|$)/';

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'coverage', 'data'] },
  eslint.configs.recommended,
  {
    plugins: { '@stylistic': stylistic, house: { rules: { 'file-names': fileNames } } },
    rules: {
      'no-console': 'error',
      'house/file-names': 'error',
      'max-lines': ['error', { max: MAX_LINES, skipBlankLines: true, skipComments: true }],
      // Prettier wraps code, and leaves comments as they are.
      '@stylistic/max-len': ['error', { code: 1_000, comments: MAX_COMMENT_COLUMNS, ignoreUrls: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: `VariableDeclarator > Identifier.id[name=${SUPERLATIVE}]`,
          message: 'Name a bound MAX_… or MIN_… with its unit at the end, such as MAX_PAUSE_MS.',
        },
      ],
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'typeLike', format: ['PascalCase'] },
        // `Run`, not `IRun`: a contract is named for what it is.
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: false } },
        { selector: ['function', 'classMethod'], format: ['camelCase'] },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  {
    // jest's matchers are typed as `any`, and its mocks are passed around unbound.
    files: ['**/*.spec.ts', 'test/**/*.ts', 'src/**/testing/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    // A component is a function that is named like a type, and a form awaits what its handler does.
    files: ['console/**/*.tsx'],
    rules: {
      '@typescript-eslint/naming-convention': 'off',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
    },
  },
  {
    // A spec may list as many promises as its subject makes.
    files: ['**/*.spec.ts', '**/*.conformance.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    // Programs that people start in a terminal.
    files: ['sandbox/**', 'bench/**', 'scripts/**', 'test/faults/soak.ts'],
    rules: { 'no-console': 'off' },
  },
);
