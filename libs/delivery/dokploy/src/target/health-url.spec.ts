import { expect, it } from 'vitest';
import { healthUrl } from './health-url.ts';

const of = (publicUrl: string) => healthUrl({ publicUrl, healthPath: '/health' });

it.each([
  ['https://api.example.org', 'https://api.example.org/health'],
  ['https://api.example.org/ehr/', 'https://api.example.org/ehr/health'],
  ['https://ada:S3cret@api.example.org', 'https://api.example.org/health'],
  ['http://[::1]:4201', 'http://[::1]:4201/health'],
])('the health of %s is at %s', (publicUrl, url) => {
  expect(of(publicUrl)).toBe(url);
});

it('shows no password of an address that is none', () => {
  expect(() => of('https://ada:S3cretPassw0rd@:x')).toThrow('is not a URL');
  expect(() => of('https://ada:S3cretPassw0rd@:x')).not.toThrow('S3cretPassw0rd');
});
