import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import importSort from 'eslint-plugin-simple-import-sort';
import tseslint from 'typescript-eslint';

/** Projects tagged `type:core` or `type:model`: they decide, they never touch the world. */
export const pureProjects = [
  'libs/delivery/core',
  'libs/ehr/fhir',
  'libs/ehr/health',
  'libs/ehr/service-kit',
];

/** Imports point down. `contract` is the health contract, the one library that both houses may import. */
const production = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:model'] },
  { sourceTag: 'type:model', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['contract'] },
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:core'] },
  { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: ['type:kit', 'type:core', 'contract'] },
  {
    sourceTag: 'type:plugin',
    onlyDependOnLibsWithTags: ['type:adapter', 'type:kit', 'type:core', 'contract'],
  },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: ['type:testing', 'type:adapter', 'type:kit', 'type:core', 'contract'],
  },
  { sourceTag: 'type:start', onlyDependOnLibsWithTags: ['type:testing'] },
  {
    sourceTag: 'type:e2e',
    onlyDependOnLibsWithTags: [
      'type:e2e',
      'type:plugin',
      'type:testing',
      'type:adapter',
      'type:kit',
      'type:core',
      'type:model',
      'type:seed',
    ],
  },
  { sourceTag: 'type:seed', onlyDependOnLibsWithTags: ['scope:ehr'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['scope:ehr'] },
  { sourceTag: 'type:model', onlyDependOnLibsWithTags: ['scope:ehr'] },
  { sourceTag: 'scope:delivery', onlyDependOnLibsWithTags: ['scope:delivery', 'scope:testing', 'contract'] },
];
/** Specs of the delivery code may also use testing projects and other adapters; what ships may not. Apps never. */
const inSpecs = production.map((rule) =>
  /^type:(core|adapter|plugin)$/.test(rule.sourceTag)
    ? {
        ...rule,
        onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'type:adapter', 'type:testing'],
      }
    : rule,
);
const boundaries = (depConstraints) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { enforceBuildableLibDependency: false, allow: [], depConstraints },
  ],
});

// prettier-ignore
const impureGlobals = [
  'process', 'fetch', 'console', 'performance', 'Buffer', 'crypto',
  'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'globalThis', 'require',
];

export default tseslint.config(
  {
    ignores: ['**/dist', '**/.next', '**/.nx', '.sandbox', '**/next-env.d.ts', 'libs/ehr/fhir/src/generated'],
  },
  ...tseslint.configs.recommended,
  {
    plugins: { '@nx': nx, 'import-sort': importSort },
    rules: {
      // One block, packages first.
      'import-sort/imports': ['error', { groups: [['^\\u0000', '^node:', '^@?\\w', '^', '^\\.']] }],
      'import-sort/exports': 'error',
      ...boundaries(production),
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec.tsx', '**/test/**'],
    rules: { ...boundaries(inSpecs), '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: pureProjects.map((root) => `${root}/src/**/*.ts`),
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'nx', 'nx/*', '@nx/*'],
              message: 'core and model projects are pure: take the fact as a value or through a port.',
            },
          ],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...impureGlobals.map((name) => ({
          name,
          message: 'core and model projects are pure: take it as a value or through a port.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'time arrives as a value.',
        },
        {
          selector: "MemberExpression[object.name='Date'][property.name='now']",
          message: 'time arrives as a value.',
        },
        {
          selector: "MemberExpression[object.name='Math'][property.name='random']",
          message: 'chance arrives as a value.',
        },
      ],
    },
  },
  { files: ['{libs/testing/sandbox,tools/start}/**'], rules: { 'no-console': 'off' } },
  prettier,
);
