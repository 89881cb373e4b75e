import { headers } from 'next/headers';

/** Where the browser is that is answered, for the audit; undefined outside of a request. */
export async function browserAddress(): Promise<string | undefined> {
  const forwarded = (await headers()).get('x-forwarded-for');
  return forwarded?.split(',')[0]?.trim() || undefined;
}
