import { Alert } from '@mantine/core';
import type { Patient } from 'fhir/r4';
import { CircleCheck } from 'lucide-react';
import type { Metadata } from 'next';
import { notFound, redirect } from 'next/navigation';
import { describePatient } from '../../../people/describe-patient.ts';
import { PatientBanner } from '../../../people/patient-banner.tsx';
import { PatientDetails } from '../../../people/patient-details.tsx';
import { today } from '../../../people/today.ts';
import type { RawQuery } from '../../../records/patient-query.ts';
import { readPatient } from '../../../records/read-patient.ts';
import { signInHref } from '../../../session/own-path.ts';
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
  await demandVisitor(`/patients/${id}`);
  const answer = await readPatient(decodeURIComponent(id));
  if (answer.kind === 'signed-out') redirect(signInHref(`/patients/${id}`));
  if (answer.kind === 'unreachable') return <Unreachable retry={`/patients/${id}`} inPage={false} />;
  if (answer.kind === 'misconfigured') return <Misconfigured inPage={false} />;
  if (answer.kind === 'refused' && answer.status === 403)
    return <NotAllowed what="see this patient" inPage={false} />;
  if (answer.kind === 'refused') notFound();
  return <PatientRecord patient={answer.value} registered={'registered' in (await searchParams)} />;
}

function PatientRecord({ patient, registered }: { readonly patient: Patient; readonly registered: boolean }) {
  return (
    <>
      <PatientBanner patient={describePatient(patient, today())} />
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
      <PatientDetails patient={patient} />
    </>
  );
}
