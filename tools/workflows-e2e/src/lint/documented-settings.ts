import type { Finding, SourceFile } from './source-files.ts';

const ROW = /^\|\s*`([A-Z][A-Z0-9_]*)`\s*\|\s*(secret|variable)\s*\|/gm;
const USE = /\b(secrets|vars)\.([A-Z][A-Z0-9_]*)/g;

/** Every secret and variable of the workflows has its row in the documentation, and every row is used. */
export function documentedSettings(files: readonly SourceFile[], documentation: SourceFile): Finding[] {
  const documented = new Set(
    [...documentation.content.matchAll(ROW)].map(([, name, kind]) => `${kind} ${name}`),
  );
  const used = new Map<string, string>();
  for (const { path, content } of files) {
    for (const [, context, name] of content.matchAll(USE))
      used.set(`${context === 'vars' ? 'variable' : 'secret'} ${name}`, path);
  }
  return [
    ...[...used]
      .filter(([setting]) => !documented.has(setting))
      .map(([setting, file]) => ({
        rule: 'undocumented-setting',
        file,
        says: `the ${setting} is not in ${documentation.path}`,
      })),
    ...[...documented]
      .filter((setting) => !used.has(setting))
      .map((setting) => ({
        rule: 'unused-setting',
        file: documentation.path,
        says: `no workflow reads the ${setting}`,
      })),
  ];
}
