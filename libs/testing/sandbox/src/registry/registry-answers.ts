/**
 * What answers on a registry's address: `yes` for the distribution protocol (with or without a
 * password), `other` for anything else that listens, `no` for nothing.
 */
export async function registryAnswers(url: string): Promise<'yes' | 'other' | 'no'> {
  try {
    const response = await fetch(new URL('/v2/', url), { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    const speaksV2 = response.headers.get('docker-distribution-api-version') === 'registry/2.0';
    return (response.ok || response.status === 401) && speaksV2 ? 'yes' : 'other';
  } catch (error) {
    return error instanceof DOMException ? 'other' : 'no'; // a timeout is somebody who listens
  }
}
