import Link from 'next/link';
import type { PatientSummary } from './describe-patient.ts';
import { Initials } from './initials.tsx';
import styles from './patient-results.module.css';

/** One row per patient. Narrow screens put sex and birth date under the name. */
export function PatientTable({ patients }: { readonly patients: readonly PatientSummary[] }) {
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className={styles['wide']}>
            Date of birth
          </th>
          <th scope="col" className={styles['wide']}>
            Sex
          </th>
          <th scope="col" className={styles['numberCell']}>
            MRN
          </th>
        </tr>
      </thead>
      <tbody>
        {patients.map((patient) => (
          <Row key={patient.id} patient={patient} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ patient: { id, name, initials, born, age, sex, mrn } }: { readonly patient: PatientSummary }) {
  return (
    <tr>
      <td>
        <div className={styles['person']}>
          <Initials text={initials} />
          <div>
            <Link href={`/patients/${id}`} prefetch={false} className={styles['name']}>
              {name}
            </Link>
            <div className={styles['details']}>{[sex, born, age].filter(Boolean).join(' · ')}</div>
          </div>
        </div>
      </td>
      <td className={styles['wide']}>
        {born} {age ? <span className={styles['quiet']}>({age})</span> : null}
      </td>
      <td className={styles['wide']}>{sex}</td>
      <td className={styles['numberCell']}>
        <span className={styles['number']}>{mrn}</span>
      </td>
    </tr>
  );
}
