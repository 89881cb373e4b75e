import { describe, expect, it } from 'vitest';
import { checkGlassRequest, choicesOf, counted, draftOfRefusal, NOTHING_ASKED, readGlassRequest } from './glass-request.ts'; // prettier-ignore

const asked = { reason: 'unconscious in the shock room', minutes: '30' };
const outcome = (diagnostics: string, expression?: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code: 'value', diagnostics, ...(expression && { expression: [expression] }) }],
});

describe('what is asked for', () => {
  it('is read from the form, whatever else was sent', () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...asked, reason: ' one\r\ntwo ', patient: 'x' })) form.append(name, value); // prettier-ignore
    expect(readGlassRequest(form)).toEqual({ reason: 'one\ntwo', minutes: '30' });
    expect(readGlassRequest(new FormData())).toEqual({ reason: '', minutes: '' });
    form.set('reason', 'x'.repeat(9_000));
    expect(readGlassRequest(form).reason).toHaveLength(501);
  });

  it.each([
    [{}, []],
    [{ reason: '' }, ['reason']],
    [{ reason: 'abcd' }, ['reason']],
    [{ reason: 'x'.repeat(500) }, []],
    [{ reason: 'x'.repeat(501) }, ['reason']],
    [{ minutes: '' }, ['minutes']],
    [{ minutes: '0' }, ['minutes']],
    [{ minutes: '1e3' }, ['minutes']],
    [{ reason: '', minutes: '-1' }, ['reason', 'minutes']],
  ])('with %j is wrong at %j', (change, fields) => {
    expect(Object.keys(checkGlassRequest({ ...asked, ...change }))).toEqual(fields);
  });
});

describe('what the record service refuses', () => {
  it('is said of the time in plain words, and what it allows can be chosen then', () => {
    const draft = draftOfRefusal(asked, 400, outcome('minutes must be one valueInteger of 1 to 20.'));
    expect(draft).toMatchObject({ asked, errors: { minutes: 'Records are opened for 20 minutes at most here. Choose no more.' } }); // prettier-ignore
    expect([choicesOf(draft), choicesOf(NOTHING_ASKED)]).toEqual([
      [15, 20, 30, 60],
      [15, 30, 60],
    ]);
    expect(choicesOf({ ...draft, most: 240 })).toEqual([15, 30, 60]);
    expect([counted(1), counted(15)]).toEqual(['1 minute', '15 minutes']);
  });

  it.each([
    [404, outcome('There is no Patient with this id; check it, or search.'), 'form'],
    [429, '', 'form'],
    [400, outcome('reason must be one valueString of 5 to 500 characters: why.'), 'reason'],
    [400, outcome('must be text', 'Parameters.parameter[0].valueString'), 'reason'],
    [409, '<html>', 'form'],
  ])('with %s is said where it belongs', (status, answer, field) => {
    const { errors, asked: kept } = draftOfRefusal(asked, status, answer);
    expect([Object.keys(errors), kept]).toEqual([[field], asked]);
  });
});
