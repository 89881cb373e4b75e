import { defineConfig } from 'vitest/config';

/** One configuration for every project; Nx runs `vitest run --dir <project>`. */
export default defineConfig({
  test: {
    include: ['**/*.spec.ts', '**/*.spec.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.next/**'],
    // For what hangs; a busy machine is no failure.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    passWithNoTests: false,
    // Ships JSON imports that Node wants an attribute for.
    server: { deps: { inline: [/@actions\/(workflow-parser|languageservice)/] } },
  },
});
