import { redirect } from 'next/navigation';

/** `/` leads to the patient list. */
export default function Home(): never {
  redirect('/patients');
}
