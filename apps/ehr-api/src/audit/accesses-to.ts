import type { AuditEntry } from './record-audit.ts';

/** A text says something of so many patients at most: a group may have more than anybody reads of. */
const MOST = 1_000;

/** As JSON has it, with the slash escaped or not. Patients of other servers are nobody here. */
const REFERENCE = /"reference"\s*:\s*"Patient\\?\/([A-Za-z0-9\-.]{1,64})(?:\\?\/_history\\?\/\d+)?"/gu;

/** Records that somebody saw or changed, as the audit has them; `before` is what one said until then. */
export function accessesTo(
  action: string,
  records: readonly {
    readonly type: string;
    readonly id: string;
    readonly content: string;
    readonly before?: string;
  }[],
  { query, reason }: Pick<AuditEntry, 'query' | 'reason'> = {},
): readonly AuditEntry[] {
  return records.map(({ type, id, content, before = '' }) => ({
    action,
    resourceType: type,
    resourceId: id,
    patients: patientsIn(type, id, before === '' ? [content] : [content, before]),
    outcome: 'success',
    query,
    reason,
  }));
}

/** The ids of the patients that texts of a record are about, or refer to: who reads one learns something of each. */
function patientsIn(type: string, id: string, texts: readonly string[]): readonly string[] {
  const found = new Set(type === 'Patient' ? [id] : []);
  for (const content of texts) {
    // What is written in escapes is read as it is meant.
    const text = content.includes('\\u') ? JSON.stringify(JSON.parse(content)) : content;
    const most = found.size + MOST;
    REFERENCE.lastIndex = 0;
    // Not `matchAll`, which copies the expression for each text.
    for (let match; found.size < most && (match = REFERENCE.exec(text)) !== null;) found.add(match[1] ?? '');
  }
  return [...found];
}
