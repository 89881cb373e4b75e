import type { AuditEvent, Coding } from 'fhir/r4';

/** What was done with a record of somebody. */
export interface AuditRow {
  readonly pk: string;
  /** Which of the records of its row it is, from 1. */
  readonly n: number;
  readonly id: string;
  readonly recorded: Date;
  readonly agent: string;
  readonly issuer: string | null;
  readonly client: string | null;
  readonly address: string | null;
  readonly purpose: string | null;
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string | null;
  readonly patient_id: string | null;
  readonly outcome: string;
  readonly query: string | null;
  readonly reason: string | null;
}

/** http://hl7.org/fhir/valueset-audit-event-action.html of each interaction. */
export const actions: Readonly<Record<string, 'C' | 'R' | 'U' | 'D' | 'E'>> = {
  create: 'C',
  update: 'U',
  patch: 'U',
  delete: 'D',
  read: 'R',
  vread: 'R',
  'history-instance': 'R',
  'history-type': 'E',
  'history-system': 'E',
  'search-type': 'E',
  'search-system': 'E',
  everything: 'E',
  login: 'E',
  logout: 'E',
  'break-glass': 'E',
};

/** http://hl7.org/fhir/valueset-audit-event-sub-type.html of what is no interaction. */
export const logins: Readonly<Record<string, string>> = { login: '110122', logout: '110123' };

/** http://hl7.org/fhir/valueset-audit-event-outcome.html: it was done, it could not be, it was not allowed. */
export const outcomes: Readonly<Record<string, '0' | '4' | '8'>> = {
  success: '0',
  'not-found': '4',
  conflict: '4',
  refused: '8',
};

const coding = (system: string, code: string, display: string): Coding => ({ system, code, display });
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
export const AUTHENTICATION = coding(DICOM, '110114', 'User Authentication');
const REST = coding('http://terminology.hl7.org/CodeSystem/audit-event-type', 'rest', 'RESTful Operation');

/** What is done in an emergency, and how DICOM tells of it: a security alert that an override began. */
export const BREAK_GLASS = 'break-glass';
export const ALERT = coding(DICOM, '110113', 'Security Alert');
export const OVERRIDE = coding(DICOM, '110127', 'Emergency Override Started');

/** The purpose of whoever breaks the glass: http://terminology.hl7.org/CodeSystem/v3-ActReason */
export const EMERGENCY = 'BTG';

/** What a row says, as FHIR has it: somebody did something with one record of one patient. */
export function auditEventOf(row: AuditRow): AuditEvent {
  const { agent, issuer, client, address, purpose, action, resource_type, resource_id, patient_id } = row;
  const who = { identifier: { ...(issuer !== null && { system: issuer }), value: agent } };
  const isLogin = action in logins;
  const record = resource_id === null ? resource_type : `${resource_type}/${resource_id}`;
  return {
    resourceType: 'AuditEvent',
    id: row.id,
    type: isLogin ? AUTHENTICATION : action === BREAK_GLASS ? ALERT : REST,
    subtype: isLogin ? [{ system: DICOM, code: logins[action] ?? '' }] : [...(action === BREAK_GLASS ? [OVERRIDE] : []), { system: 'http://hl7.org/fhir/restful-interaction', code: action }],
    action: actions[action] ?? 'E',
    recorded: row.recorded.toISOString(),
    outcome: outcomes[row.outcome] ?? '8',
    ...(purpose !== null && {
      purposeOfEvent: [...new Set(purpose.split(' '))]
        .map((code) => ({ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code }] })),
    }),
    agent: [
      { who, requestor: true, ...(address !== null && { network: { address, type: '2' as const } }) },
      ...(client === null ? [] : [{ who: { identifier: { value: client } }, requestor: false }]),
    ],
    source: { observer: { display: 'ehr-api' } },
    ...(!isLogin && { entity: [
      { ...(row.reason !== null && { description: row.reason }), what: resource_id === null ? { type: resource_type } : { reference: record }, ...(row.query !== null && { query: Buffer.from(row.query).toString('base64') }) },
      ...(patient_id === null || record === `Patient/${patient_id}`
        ? []
        : [{ what: { reference: `Patient/${patient_id}` }, role: PATIENT }]),
    ] }),
  }; // prettier-ignore
}

const PATIENT = coding('http://terminology.hl7.org/CodeSystem/object-role', '1', 'Patient');
