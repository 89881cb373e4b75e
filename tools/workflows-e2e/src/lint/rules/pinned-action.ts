import type { Rule } from '../parse-file.ts';

/** Whoever can move a tag of an action can run code with our secrets: a commit is named, and its version beside it. */
export const pinnedAction: Rule = ({ path, content }) =>
  content.split('\n').flatMap((text, index) => {
    const [, uses = '', comment = ''] = /^\s*(?:- )?uses:\s*['"]?([^\s'"#]+)['"]?\s*(#.*)?$/.exec(text) ?? [];
    if (uses === '' || uses.startsWith('./')) return [];
    const finding = (says: string) => [{ rule: 'pinned-action', file: path, line: index + 1, says }];
    if (!/@[0-9a-f]{40}$/.test(uses)) return finding(`${uses} is not pinned to a commit`);
    if (!/^# v\d+\.\d+\.\d+$/.test(comment.trim())) return finding(`${uses} lacks its version as a comment`);
    return [];
  });
