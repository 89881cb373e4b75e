import { Badge } from '@mantine/core';
import type { PatientSummary } from './describe-patient.ts';
import { Initials } from './initials.tsx';
import styles from './patient-banner.module.css';

/** Who this record is about. It stays in sight while the page scrolls, so nobody charts on the wrong patient. */
export function PatientBanner({ patient }: { readonly patient: PatientSummary }) {
  const { name, initials, age, sex, born, mrn, deceased } = patient;
  return (
    <section className={styles['banner']} aria-label="Patient">
      <Initials text={initials} large />
      <div className={styles['who']}>
        <h1>
          {name} {deceased ? <Badge color="gray">Deceased</Badge> : null}
        </h1>
        <dl>
          {age ? <Fact term="Age" value={age} /> : null}
          <Fact term="Sex" value={sex} />
          <Fact term="Born" value={born} />
          <Fact term="MRN" value={mrn} />
        </dl>
      </div>
    </section>
  );
}

function Fact({ term, value }: { readonly term: string; readonly value: string }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}
