/*
 * The searches that US Core 5.0.1 asks servers for (http://hl7.org/fhir/us/core/STU5.0.1/CapabilityStatement-us-core-server.html):
 * of each type two records that differ in all that is searched by, the values of both, and the combinations.
 */

const SNOMED = 'http://snomed.info/sct';
export const coded = (code: string, system = SNOMED) => ({ coding: [{ system, code }] });
export const to = (reference: string) => ({ reference });

/** Of one type: what the first and the second record have, by what each is found, and which parameters come together. */
export interface UsCoreType {
  readonly type: string;
  readonly records: readonly [object, object];
  /** Parameter → what finds the first record, and what finds the second. */
  readonly values: Readonly<Record<string, readonly [string, string]>>;
  readonly combinations: readonly (readonly string[])[];
}

/** `patient` and a status, a category, a code or a date. */
export const patient = { patient: ['us-1', 'us-2'] as const };
export const both = <T>(make: (n: 0 | 1) => T): readonly [T, T] => [make(0), make(1)];
export const subject = (n: 0 | 1) => to(`Patient/us-${n + 1}`);
export const day = (n: 0 | 1) => `202${n}-05-01`;
export const span = ['lt2020-12-31', 'gt2020-12-31'] as const;

export const usCoreRecords: readonly UsCoreType[] = [
  {
    type: 'Patient',
    records: both((n) => ({
      id: `us-${n + 1}`,
      name: [{ family: ['Ngata', 'Okafor'][n], given: [['Ada', 'Ben'][n]] }],
      gender: ['female', 'male'][n],
      birthDate: ['1970-01-02', '1980-03-04'][n],
      identifier: [{ system: 'urn:us', value: `u${n}` }],
    })),
    values: {
      _id: ['us-1', 'us-2'],
      identifier: ['urn:us|u0', 'urn:us|u1'],
      name: ['nga', 'oka'],
      family: ['ngata', 'okafor'],
      given: ['ada', 'ben'],
      gender: ['female', 'male'],
      birthdate: ['1970-01-02', '1980-03-04'],
    },
    combinations: [
      ['_id'],
      ['identifier'],
      ['name'],
      ['birthdate', 'name'],
      ['gender', 'name'],
      ['family', 'gender'],
      ['birthdate', 'family'],
    ],
  },
  {
    type: 'Observation',
    records: both((n) => ({
      status: ['final', 'amended'][n],
      category: [coded(['laboratory', 'vital-signs'][n] ?? '')],
      code: coded(['2345-7', '29463-7'][n] ?? '', 'http://loinc.org'),
      subject: subject(n),
      effectiveDateTime: day(n),
    })),
    values: {
      ...patient,
      category: ['laboratory', 'vital-signs'],
      code: ['http://loinc.org|2345-7', '29463-7'],
      date: span,
      status: ['final', 'amended'],
    },
    combinations: [
      ['patient', 'category'],
      ['patient', 'code'],
      ['patient', 'category', 'date'],
      ['patient', 'code', 'date'],
      ['patient', 'category', 'status'],
    ],
  },
  {
    type: 'Condition',
    records: both((n) => ({
      clinicalStatus: coded(
        ['active', 'resolved'][n] ?? '',
        'http://terminology.hl7.org/CodeSystem/condition-clinical',
      ),
      category: [coded(['problem-list-item', 'encounter-diagnosis'][n] ?? '')],
      code: coded(['44054006', '38341003'][n] ?? ''),
      subject: subject(n),
      encounter: to(`Encounter/us-${n + 1}`),
      onsetDateTime: day(n),
      recordedDate: day(n),
      ...(n === 1 && { abatementDateTime: '2022-01-01' }),
    })),
    values: {
      ...patient,
      'clinical-status': ['active', 'resolved'],
      category: ['problem-list-item', 'encounter-diagnosis'],
      code: [`${SNOMED}|44054006`, '38341003'],
      'onset-date': span,
      'recorded-date': span,
      encounter: ['Encounter/us-1', 'us-2'],
    },
    combinations: [
      ['patient'],
      ['patient', 'clinical-status'],
      ['patient', 'category'],
      ['patient', 'code'],
      ['patient', 'onset-date'],
      ['patient', 'recorded-date'],
      ['patient', 'category', 'clinical-status'],
      ['patient', 'category', 'encounter'],
    ],
  },
  {
    type: 'Encounter',
    records: both((n) => ({
      id: `us-${n + 1}`,
      status: ['finished', 'in-progress'][n],
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: ['AMB', 'IMP'][n] },
      type: [coded(['162673000', '185345009'][n] ?? '')],
      subject: subject(n),
      period: { start: day(n), end: day(n) },
      location: [{ location: to(`Location/us-${n + 1}`) }],
    })),
    values: {
      ...patient,
      status: ['finished', 'in-progress'],
      class: ['AMB', 'IMP'],
      type: ['162673000', '185345009'],
      date: span,
      location: ['Location/us-1', 'us-2'],
    },
    combinations: [
      ['patient'],
      ['date', 'patient'],
      ['class', 'patient'],
      ['patient', 'status'],
      ['patient', 'type'],
      ['patient', 'location'],
    ],
  },
];
