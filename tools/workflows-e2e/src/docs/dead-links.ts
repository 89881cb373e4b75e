import { posix } from 'node:path';
import type { Finding, SourceFile } from '../lint/finding.ts';
import { readMarkdown } from './markdown.ts';

/** Links that lead to no file or heading of this checkout. Links to other sites are not followed. */
export function deadLinks(files: readonly SourceFile[], exists: (path: string) => boolean): Finding[] {
  const anchors = new Map(files.map(({ path, content }) => [path, readMarkdown(content).anchors]));
  return files.flatMap(({ path: file, content }) =>
    readMarkdown(content).links.flatMap(({ text, line }) => {
      if (/^[a-z]+:/.test(text)) return [];
      const [to = '', anchor] = text.split('#');
      const target = to === '' ? file : posix.normalize(posix.join(posix.dirname(file), to));
      const finding = (says: string) => [{ rule: 'dead-link', file, line, says }];
      if (!exists(target)) return finding(`there is no ${target}`);
      if (anchor === undefined || anchors.get(target)?.includes(anchor) !== false) return [];
      return finding(`${target} has no heading #${anchor}`);
    }),
  );
}
