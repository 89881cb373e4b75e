import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { PatientResults } from '../../people/patient-results.tsx';
import { SearchForm } from '../../people/search-form.tsx';
import { findPatients } from '../../records/find-patients.ts';
import { EVERYBODY, patientsHref, type RawQuery } from '../../records/patient-query.ts';
import { searchOf } from '../../records/remembered-search.ts';
import { signInHref } from '../../session/own-path.ts';
import { mayDo } from '../../session/session.ts';
import { demandVisitor } from '../../session/visitor.ts';
import { Misconfigured } from '../../ui/misconfigured.tsx';
import { NotAllowed } from '../../ui/not-allowed.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import panel from '../../ui/panel.module.css';
import { Unreachable } from '../../ui/unreachable.tsx';

/** Title of the page. */
export const metadata: Metadata = { title: 'Patients' };

/** The patient list with its search. */
export default async function PatientsPage({ searchParams }: { readonly searchParams: Promise<RawQuery> }) {
  const raw = await searchParams;
  const id = [raw['search']].flat()[0];
  // Where a page begins is sealed, and as long as the API makes it.
  const after = [raw['after']].flat()[0]?.slice(0, 4_000) ?? '';
  const here = patientsHref(id, after);
  const who = await demandVisitor(here);
  if (who.kind === 'signed-in' && !mayDo(who, 'Patient', 's'))
    return <NotAllowed what="see patients" inPage={false} />;
  const query = await searchOf(id);
  const answer = await findPatients(query ?? EVERYBODY, after);
  if (answer.kind === 'signed-out') redirect(signInHref(here));
  const found = { query: query ?? EVERYBODY, id, after };
  return (
    <>
      <PageHeading title="Patients" subtitle="Find a record by name, record number or date of birth.">
        {mayDo(who, 'Patient', 'c') ? (
          <Button component="a" href="/patients/new" leftSection={<Plus size={17} strokeWidth={2} />}>
            Register patient
          </Button>
        ) : null}
      </PageHeading>
      <SearchForm query={found.query} />
      <section className={panel['panel']} aria-label="Results">
        {answer.kind === 'ok' ? (
          <PatientResults
            search={found}
            page={answer.value}
            isForgotten={query === undefined}
            mayRegister={mayDo(who, 'Patient', 'c')}
          />
        ) : answer.kind === 'refused' ? (
          <PatientResults search={found} refused={answer.outcome} />
        ) : answer.kind === 'misconfigured' ? (
          <Misconfigured />
        ) : (
          <Unreachable retry={here} />
        )}
      </section>
    </>
  );
}
