/**
 * One ESLint configuration for the workspace. The import arrows are generated from tools/arrows.json by
 * tools/import-arrows.ts; tools/arrows.test.ts proves that they hold. Import cycles are oxlint's (`npm run lint`).
 */
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { arrowConfigs } from './tools/import-arrows.ts'

export default defineConfig([
  globalIgnores([
    '**/node_modules/',
    '**/dist/',
    '**/build/',
    '**/runs/',
    '**/.venv/',
    '**/coverage/',
    '.nx/',
    '**/*.js',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  {
    name: 'house',
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      'max-params': ['error', 3],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'prefer-const': 'error',
      eqeqeq: ['error', 'always'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take an rng (@leanvox/random) or a seed in your options.' },
      ],
      'no-restricted-exports': [
        'error',
        {
          restrictDefaultExports: {
            direct: true,
            named: true,
            defaultFrom: true,
            namedFrom: true,
            namespaceFrom: true,
          },
        },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'off',
      '@typescript-eslint/ban-ts-comment': [
        'error',
        {
          'ts-expect-error': 'allow-with-description',
          'ts-ignore': true,
          'ts-nocheck': true,
          minimumDescriptionLength: 10,
        },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `interface X extends Y {}` is how a seam gets a name of its own.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
    },
  },
  {
    // The only rules that need types: a promise nobody waits for is a lost error, in a test a check that never fails.
    name: 'promises',
    files: ['{packages,apps}/*/{src,test}/**/*.ts', '{tools,bench}/**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  { name: 'packages are silent', files: ['packages/*/src/**/*.ts'], rules: { 'no-console': 'error' } },
  { name: 'the command speaks', files: ['packages/cli/src/**/*.ts'], rules: { 'no-console': 'off' } },
  { name: 'tool configuration', files: ['*.config.ts', '*.config.mjs'], rules: { 'no-restricted-exports': 'off' } },
  ...arrowConfigs(),
])
