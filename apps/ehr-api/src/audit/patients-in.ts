/** A record says something of so many patients at most: a group may have more than anybody reads of. */
const MOST = 1_000;

/** As JSON has it, with the slash escaped or not. Patients of other servers are nobody here. */
const REFERENCE = /"reference"\s*:\s*"Patient\\?\/([A-Za-z0-9\-.]{1,64})(?:\\?\/_history\\?\/\d+)?"/gu;

/** The ids of the patients that a record is about, or refers to: who reads it learns something of each. */
export function patientsIn(type: string, id: string, content: string): readonly string[] {
  const found = new Set(type === 'Patient' ? [id] : []);
  // What is written in escapes is read as it is meant.
  const text = content.includes('\\u') ? JSON.stringify(JSON.parse(content)) : content;
  for (const [, patient = ''] of text.matchAll(REFERENCE)) {
    found.add(patient);
    if (found.size === MOST) break;
  }
  return [...found];
}
