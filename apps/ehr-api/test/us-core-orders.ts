import { both, coded, day, patient, span, subject, to, type UsCoreType } from './us-core-searches.ts';

/** What is ordered, done and written about patients. */
export const usCoreOrders: readonly UsCoreType[] = [
  {
    type: 'MedicationRequest',
    records: both((n) => ({
      status: ['active', 'stopped'][n],
      intent: ['order', 'plan'][n],
      medicationCodeableConcept: coded(['860975', '197361'][n] ?? ''),
      subject: subject(n),
      encounter: to(`Encounter/us-${n + 1}`),
      authoredOn: day(n),
    })),
    values: {
      ...patient,
      intent: ['order', 'plan'],
      status: ['active', 'stopped'],
      encounter: ['us-1', 'us-2'],
      authoredon: span,
    },
    combinations: [
      ['patient', 'intent'],
      ['patient', 'intent', 'status'],
      ['patient', 'intent', 'encounter'],
      ['patient', 'intent', 'authoredon'],
    ],
  },
  {
    type: 'DocumentReference',
    records: both((n) => ({
      status: ['current', 'superseded'][n],
      type: coded(['11488-4', '18842-5'][n] ?? '', 'http://loinc.org'),
      category: [coded(['clinical-note', 'other'][n] ?? '')],
      subject: subject(n),
      date: `${day(n)}T08:00:00Z`,
      content: [{ attachment: { contentType: 'text/plain' } }],
      context: { period: { start: day(n), end: day(n) } },
    })),
    values: {
      ...patient,
      category: ['clinical-note', 'other'],
      date: span,
      type: ['http://loinc.org|11488-4', '18842-5'],
      status: ['current', 'superseded'],
      period: span,
    },
    combinations: [
      ['patient'],
      ['patient', 'category'],
      ['patient', 'category', 'date'],
      ['patient', 'type'],
      ['patient', 'status'],
      ['patient', 'type', 'period'],
    ],
  },
  {
    type: 'DiagnosticReport',
    records: both((n) => ({
      status: ['final', 'preliminary'][n],
      category: [coded(['LAB', 'RAD'][n] ?? '')],
      code: coded(['58410-2', '36643-5'][n] ?? '', 'http://loinc.org'),
      subject: subject(n),
      effectiveDateTime: day(n),
    })),
    values: {
      ...patient,
      category: ['LAB', 'RAD'],
      code: ['58410-2', '36643-5'],
      date: span,
      status: ['final', 'preliminary'],
    },
    combinations: [
      ['patient'],
      ['patient', 'category'],
      ['patient', 'category', 'date'],
      ['patient', 'code'],
      ['patient', 'code', 'date'],
      ['patient', 'status'],
    ],
  },
  {
    type: 'Procedure',
    records: both((n) => ({
      status: ['completed', 'in-progress'][n],
      code: coded(['80146002', '73761001'][n] ?? ''),
      subject: subject(n),
      performedDateTime: day(n),
    })),
    values: { ...patient, status: ['completed', 'in-progress'], code: ['80146002', '73761001'], date: span },
    combinations: [['patient'], ['patient', 'date'], ['patient', 'status'], ['patient', 'code', 'date']],
  },
  {
    type: 'Immunization',
    records: both((n) => ({
      status: ['completed', 'not-done'][n],
      vaccineCode: coded(['140', '208'][n] ?? ''),
      patient: subject(n),
      occurrenceDateTime: day(n),
    })),
    values: { ...patient, date: span, status: ['completed', 'not-done'] },
    combinations: [['patient'], ['patient', 'date'], ['patient', 'status']],
  },
  {
    type: 'AllergyIntolerance',
    records: both((n) => ({
      clinicalStatus: coded(
        ['active', 'inactive'][n] ?? '',
        'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical',
      ),
      code: coded(['372687004', '387517004'][n] ?? ''),
      patient: subject(n),
    })),
    values: { ...patient, 'clinical-status': ['active', 'inactive'] },
    combinations: [['patient'], ['patient', 'clinical-status']],
  },
  {
    type: 'Goal',
    records: both((n) => ({
      lifecycleStatus: ['active', 'completed'][n],
      description: { text: 'Walk' },
      subject: subject(n),
      target: [{ measure: coded('1'), dueDate: day(n) }],
    })),
    values: { ...patient, 'lifecycle-status': ['active', 'completed'], 'target-date': span },
    combinations: [['patient'], ['patient', 'lifecycle-status'], ['patient', 'target-date']],
  },
  {
    type: 'ServiceRequest',
    records: both((n) => ({
      status: ['active', 'completed'][n],
      intent: 'order',
      category: [coded(['108252007', '363679005'][n] ?? '')],
      code: coded(['104177005', '24627-2'][n] ?? ''),
      subject: subject(n),
      authoredOn: day(n),
    })),
    values: {
      ...patient,
      status: ['active', 'completed'],
      category: ['108252007', '363679005'],
      code: ['104177005', '24627-2'],
      authored: span,
    },
    combinations: [
      ['patient'],
      ['patient', 'status'],
      ['patient', 'category'],
      ['patient', 'code'],
      ['patient', 'category', 'authored'],
      ['patient', 'code', 'authored'],
    ],
  },
];
