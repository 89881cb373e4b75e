import type { Rule } from './type-definition.ts';

/** Invariants of the specification that are checked, by the type that has them. */
const rules: Readonly<Record<string, readonly Rule[]>> = {
  ContactPoint: [
    {
      id: 'cpt-2',
      holds: (contact) => contact['value'] === undefined || contact['system'] !== undefined,
      says: 'a contact point with a value needs a system: add "system", e.g. "phone"',
    },
  ],
  Extension: [
    {
      id: 'ext-1',
      holds: (extension) =>
        (extension['extension'] !== undefined) !==
        Object.keys(extension).some((key) => /^_?value[A-Z]/u.test(key)),
      says: 'an extension has either a value or extensions: give exactly one of them',
    },
  ],
  'Patient.contact': [
    {
      id: 'pat-1',
      holds: (contact) => ['name', 'telecom', 'address', 'organization'].some((part) => part in contact),
      says: 'a contact needs details: give a name, telecom, address or organization',
    },
  ],
};

/** The rules of a type's own, its parents' left out. */
export function rulesOf(type: string): readonly Rule[] {
  return rules[type] ?? [];
}
