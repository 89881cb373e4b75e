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

/** What was searched for, by which id it is remembered, and where the page begins. */
interface Search {
  readonly query: PatientQuery;
  readonly id: string | undefined;
  readonly after: string;
}

type ResultsProps = { readonly search: Search } & (
  | { readonly page: PatientPage; readonly mayRegister: boolean; readonly isForgotten: boolean }
  | { readonly refused: unknown }
);

/** A page of patients, or why there is none. */
export function PatientResults(props: ResultsProps) {
  const { query, id, after } = props.search;
  if ('refused' in props) return <Refused outcome={props.refused} />;
  if (props.isForgotten) return <Forgotten />;
  const { patients, total, next } = props.page;
  const { mayRegister } = props;
  if (patients.length === 0)
    return isFiltered(query) ? (
      <NoMatch mayRegister={mayRegister} />
    ) : (
      <NoPatients mayRegister={mayRegister} />
    );
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
      {next || after ? (
        <nav className={styles['paging']} aria-label="Pages">
          {after ? (
            <Button component="a" href={patientsHref(id)} variant="subtle">
              First page
            </Button>
          ) : null}
          {next ? (
            <Button component="a" href={patientsHref(id, next)} variant="default" ml="auto">
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

function Forgotten() {
  return (
    <Notice icon={<SearchX size={26} strokeWidth={1.6} />} title="This search is over" inPage>
      What was searched for is kept for an hour, for whoever searched. Search again above.
    </Notice>
  );
}

function NoMatch({ mayRegister }: { readonly mayRegister: boolean }) {
  return (
    <Notice
      icon={<UserSearch size={26} strokeWidth={1.6} />}
      title="No patient matches"
      {...(mayRegister && { action: { href: '/patients/new', label: 'Register a new patient' } })}
      inPage
    >
      Check the spelling, try fewer letters of the name, or search by record number alone.
    </Notice>
  );
}

function NoPatients({ mayRegister }: { readonly mayRegister: boolean }) {
  return (
    <Notice
      icon={<UserPlus size={26} strokeWidth={1.6} />}
      title="No patients yet"
      {...(mayRegister && { action: { href: '/patients/new', label: 'Register the first patient' } })}
      inPage
    >
      Everyone you register appears here, the newest first.
    </Notice>
  );
}
