import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { DRAFT, glassDraftIn } from '../../../../glass/glass-cookies.ts';
import { GlassForm } from '../../../../glass/glass-form.tsx';
import { describePatient } from '../../../../people/describe-patient.ts';
import { today } from '../../../../people/today.ts';
import { isPatientId } from '../../../../records/patient-id.ts';
import type { RawQuery } from '../../../../records/patient-query.ts';
import { readPatient } from '../../../../records/read-patient.ts';
import { signInHref } from '../../../../session/own-path.ts';
import { mayBreakGlass } from '../../../../session/session.ts';
import { demandVisitor } from '../../../../session/visitor.ts';
import { Misconfigured } from '../../../../ui/misconfigured.tsx';
import { NotAllowed } from '../../../../ui/not-allowed.tsx';
import { NothingHere } from '../../../../ui/nothing-here.tsx';
import { PageHeading } from '../../../../ui/page-heading.tsx';
import { Unreachable } from '../../../../ui/unreachable.tsx';

/** The title holds no name: it goes into the browser's history. */
export const metadata: Metadata = { title: 'Open restricted records' };

interface BreakGlassPageProps {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<RawQuery>;
}

/** The form by which a clinician opens a patient's restricted records; the same whether the patient is hidden or absent. */
export default async function BreakGlassPage({ params, searchParams }: BreakGlassPageProps) {
  const { id } = await params;
  const here = `/patients/${id}/break-glass`;
  const who = await demandVisitor(here);
  if (who.kind === 'unreachable') return <Unreachable retry={here} inPage={false} />;
  if (who.kind === 'misconfigured') return <Misconfigured inPage={false} />;
  if (who.kind !== 'signed-in' || !mayBreakGlass(who))
    return <NotAllowed what="open restricted records" inPage={false} />;
  if (!isPatientId(id)) return <NothingHere />;
  const answer = await readPatient(id);
  if (answer.kind === 'signed-out') redirect(signInHref(here));
  if (answer.kind === 'unreachable') return <Unreachable retry={here} inPage={false} />;
  if (answer.kind === 'misconfigured') return <Misconfigured inPage={false} />;
  const { draft: key } = await searchParams;
  const cookie = (await cookies()).get(DRAFT)?.value;
  const draft = await glassDraftIn(cookie, [key].flat()[0], { holder: who.holder, patient: id });
  return (
    <>
      <PageHeading
        title="Open restricted records"
        subtitle="What is hidden of this patient is shown to you alone, for a time. Your role still applies."
      />
      <GlassForm
        id={id}
        patient={answer.kind === 'ok' ? describePatient(answer.value, today()) : undefined}
        draft={draft}
      />
    </>
  );
}
