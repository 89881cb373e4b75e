import { expect, it } from 'vitest';
import { page } from './pages.ts';

const asked = { client: 'app', action: '/interaction/1', signsIn: true, choosesPatient: false };

it('asks for what is not known yet, and repeats nothing as markup', () => {
  const html = page({ ...asked, client: '<script>x</script>"', problem: 'No <b>such</b> person.' });
  expect(html).toContain('name="password"');
  expect(html).not.toMatch(/name="patient"|<script>|<b>/u);
  const second = page({ ...asked, signsIn: false, choosesPatient: true });
  expect(second).toContain('name="patient"');
  expect(second).not.toContain('name="password"');
});
