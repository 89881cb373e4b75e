import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { today } from '../../../people/today.ts';
import type { RawQuery } from '../../../records/patient-query.ts';
import { DRAFT_COOKIE, readDraft } from '../../../register/draft-cookie.ts';
import { RegistrationForm } from '../../../register/registration-form.tsx';
import { mayDo } from '../../../session/session.ts';
import { demandVisitor } from '../../../session/visitor.ts';
import { NotAllowed } from '../../../ui/not-allowed.tsx';
import { PageHeading } from '../../../ui/page-heading.tsx';

/** Title of the page. */
export const metadata: Metadata = { title: 'Register patient' };

/** The form by which a patient is registered. */
export default async function NewPatientPage({ searchParams }: { readonly searchParams: Promise<RawQuery> }) {
  const { draft: key } = await searchParams;
  const who = await demandVisitor('/patients/new');
  if (who.kind === 'signed-in' && !mayDo(who, 'Patient', 'c'))
    return <NotAllowed what="register patients" inPage={false} />;
  const cookie = (await cookies()).get(DRAFT_COOKIE)?.value;
  return (
    <>
      <PageHeading
        title="Register patient"
        subtitle="Search first: registering someone twice splits their record."
      />
      <RegistrationForm draft={readDraft(cookie, [key].flat()[0])} today={today()} />
    </>
  );
}
