import { Alert } from '@mantine/core';
import type { Patient } from 'fhir/r4';
import { CircleCheck } from 'lucide-react';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { OPENED, openedUntil } from '../../../glass/glass-cookies.ts';
import { NoPatient } from '../../../glass/no-patient.tsx';
import { OpenedNotice } from '../../../glass/opened-notice.tsx';
import { describePatient } from '../../../people/describe-patient.ts';
import { PatientBanner } from '../../../people/patient-banner.tsx';
import { PatientDetails } from '../../../people/patient-details.tsx';
import { today } from '../../../people/today.ts';
import type { RawQuery } from '../../../records/patient-query.ts';
import { readPatient } from '../../../records/read-patient.ts';
import { signInHref } from '../../../session/own-path.ts';
import { mayBreakGlass } from '../../../session/session.ts';
import { demandVisitor } from '../../../session/visitor.ts';
import { Misconfigured } from '../../../ui/misconfigured.tsx';
import { NotAllowed } from '../../../ui/not-allowed.tsx';
import { Unreachable } from '../../../ui/unreachable.tsx';

// Not the name: titles end up in histories and on shared screens.
/** The title holds no name: it goes into the browser's history. */
export const metadata: Metadata = { title: 'Patient' };

interface PatientPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<RawQuery>;
}

/** A patient's record. */
export default async function PatientPage({ params, searchParams }: PatientPageProps) {
  const { id } = await params;
  const who = await demandVisitor(`/patients/${id}`);
  const answer = await readPatient(decodeURIComponent(id));
  if (answer.kind === 'signed-out') redirect(signInHref(`/patients/${id}`));
  if (answer.kind === 'unreachable') return <Unreachable retry={`/patients/${id}`} inPage={false} />;
  if (answer.kind === 'misconfigured') return <Misconfigured inPage={false} />;
  if (answer.kind === 'refused' && answer.status === 403)
    return <NotAllowed what="see this patient" inPage={false} />;
  if (answer.kind === 'refused') return <NoPatient id={id} mayOpen={mayBreakGlass(who)} />;
  const until = who.kind === 'signed-in' ? await openedUntil((await cookies()).get(OPENED)?.value, { holder: who.holder, patient: id }) : undefined; // prettier-ignore
  return (
    <PatientRecord
      patient={answer.value}
      registered={'registered' in (await searchParams)}
      mayOpen={mayBreakGlass(who)}
      until={until}
    />
  );
}

interface PatientRecordProps {
  readonly patient: Patient;
  readonly registered: boolean;
  /** Whether the form is offered by which restricted records are opened. */
  readonly mayOpen: boolean;
  /** Until when they are open. */
  readonly until: Date | undefined;
}

function PatientRecord({ patient, registered, mayOpen, until }: PatientRecordProps) {
  const form = `/patients/${patient.id ?? ''}/break-glass`;
  return (
    <>
      <PatientBanner patient={describePatient(patient, today())} />
      {until === undefined ? null : <OpenedNotice until={until} form={form} />}
      {registered ? (
        <Alert
          role="status"
          color="lagoon"
          icon={<CircleCheck size={20} strokeWidth={1.8} />}
          title="Patient registered"
          mb={20}
        >
          The record is saved and can be found by name, record number and date of birth.
        </Alert>
      ) : null}
      <PatientDetails patient={patient}>
        {mayOpen && until === undefined ? <a href={form}>Open restricted records</a> : null}
      </PatientDetails>
    </>
  );
}
