import { answerWith } from '../http/answer-with.ts';
import { isPatientId } from '../records/patient-id.ts';
import { NothingHere } from '../ui/nothing-here.tsx';
import styles from './glass.module.css';

/**
 * The page of a patient who is not there: for who may open restricted records the same whether they are hidden or absent. Not Next's
 * `notFound()`, whose page is empty without JavaScript.
 */
export async function NoPatient({ id, mayOpen }: { readonly id: string; readonly mayOpen: boolean }) {
  await answerWith(404);
  return (
    <NothingHere>
      {mayOpen && isPatientId(id) ? (
        <span className={styles['hint']}>
          Restricted records are not shown, either. If you need them now:{' '}
          <a href={`/patients/${id}/break-glass`} className={styles['link']}>
            Open restricted records
          </a>
        </span>
      ) : null}
    </NothingHere>
  );
}
