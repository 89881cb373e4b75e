import type { AuditEntry } from './record-audit.ts';

/** A record says something of so many patients at most: a group may have more than anybody reads of. */
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
): readonly AuditEntry[] {
  return records.map(({ type, id, content, before = '' }) => ({
    action,
    resourceType: type,
    resourceId: id,
    patients: [...new Set([content, before].flatMap((text) => patientsIn(type, id, text)))],
    outcome: 'success',
  }));
}

/** The ids of the patients that a record is about, or refers to: who reads it learns something of each. */
function patientsIn(type: string, id: string, content: string): readonly string[] {
  const found = new Set(type === 'Patient' ? [id] : []);
  // What is written in escapes is read as it is meant.
  const text = content.includes('\\u') ? JSON.stringify(JSON.parse(content)) : content;
  for (const [, patient = ''] of text.matchAll(REFERENCE)) {
    found.add(patient);
    if (found.size === MOST) break;
  }
  return [...found];
}
