import { Button } from '@mantine/core';
import { Plus } from 'lucide-react';
import type { Metadata } from 'next';
import { PatientResults } from '../../people/patient-results.tsx';
import { SearchForm } from '../../people/search-form.tsx';
import { findPatients } from '../../records/find-patients.ts';
import { patientsHref, type RawQuery, readPatientQuery } from '../../records/patient-query.ts';
import { Misconfigured } from '../../ui/misconfigured.tsx';
import { PageHeading } from '../../ui/page-heading.tsx';
import panel from '../../ui/panel.module.css';
import { Unreachable } from '../../ui/unreachable.tsx';

/** Title of the page. */
export const metadata: Metadata = { title: 'Patients' };

/** The patient list with its search. */
export default async function PatientsPage({ searchParams }: { readonly searchParams: Promise<RawQuery> }) {
  const query = readPatientQuery(await searchParams);
  const answer = await findPatients(query);
  return (
    <>
      <PageHeading title="Patients" subtitle="Find a record by name, record number or date of birth.">
        <Button component="a" href="/patients/new" leftSection={<Plus size={17} strokeWidth={2} />}>
          Register patient
        </Button>
      </PageHeading>
      <SearchForm query={query} />
      <section className={panel['panel']} aria-label="Results">
        {answer.kind === 'ok' ? (
          <PatientResults query={query} page={answer.value} />
        ) : answer.kind === 'refused' ? (
          <PatientResults query={query} refused={answer.outcome} />
        ) : answer.kind === 'misconfigured' ? (
          <Misconfigured />
        ) : (
          <Unreachable retry={patientsHref(query)} />
        )}
      </section>
    </>
  );
}
