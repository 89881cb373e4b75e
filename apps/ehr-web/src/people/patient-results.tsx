import { readOperationOutcome } from '@ehr/fhir';
import { Button } from '@mantine/core';
import { SearchX, UserPlus, UserSearch } from 'lucide-react';
import type { PatientPage } from '../records/find-patients.ts';
import { isFiltered, type PatientQuery, patientsHref } from '../records/patient-query.ts';
import { Notice } from '../ui/notice.tsx';
import { describePatient } from './describe-patient.ts';
import styles from './patient-results.module.css';
import { PatientTable } from './patient-table.tsx';
import { today } from './today.ts';

type ResultsProps = { readonly query: PatientQuery } & (
  { readonly page: PatientPage } | { readonly refused: unknown }
);

/** A page of patients, or why there is none. */
export function PatientResults(props: ResultsProps) {
  const { query } = props;
  if ('refused' in props) return <Refused outcome={props.refused} />;
  const { patients, total, next } = props.page;
  if (patients.length === 0) return isFiltered(query) ? <NoMatch /> : <NoPatients />;
  const date = today();
  return (
    <>
      <p className={styles['count']} role="status">
        {isFiltered(query)
          ? `${counted(total, 'match', 'matches')}`
          : `${counted(total, 'patient', 'patients')}`}
        <span> · newest first</span>
      </p>
      <PatientTable patients={patients.map((patient) => describePatient(patient, date))} />
      {next || query.after ? (
        <nav className={styles['paging']} aria-label="Pages">
          {query.after ? (
            <Button component="a" href={patientsHref({ ...query, after: '' })} variant="subtle">
              First page
            </Button>
          ) : null}
          {next ? (
            <Button component="a" href={patientsHref({ ...query, after: next })} variant="default" ml="auto">
              Next page
            </Button>
          ) : null}
        </nav>
      ) : null}
    </>
  );
}

function counted(total: number, one: string, many: string): string {
  return `${total.toLocaleString('en')} ${total === 1 ? one : many}`;
}

function Refused({ outcome }: { readonly outcome: unknown }) {
  const reasons = readOperationOutcome(outcome).map(({ diagnostics }) => diagnostics);
  return (
    <Notice icon={<SearchX size={26} strokeWidth={1.6} />} title="This search cannot be done" alert inPage>
      {reasons.join(' ') || 'Change what you are looking for and search again.'}
    </Notice>
  );
}

function NoMatch() {
  return (
    <Notice
      icon={<UserSearch size={26} strokeWidth={1.6} />}
      title="No patient matches"
      action={{ href: '/patients/new', label: 'Register a new patient' }}
      inPage
    >
      Check the spelling, try fewer letters of the name, or search by record number alone.
    </Notice>
  );
}

function NoPatients() {
  return (
    <Notice
      icon={<UserPlus size={26} strokeWidth={1.6} />}
      title="No patients yet"
      action={{ href: '/patients/new', label: 'Register the first patient' }}
      inPage
    >
      Everyone you register appears here, the newest first.
    </Notice>
  );
}
