import { describe, expect, it } from 'vitest';
import { createAnswerMemory } from './answer-memory.ts';

/** A registry of one answer, and what it was asked. */
function world() {
  let now = 0;
  const asked: (string | null)[] = [];
  const memory = createAnswerMemory(60_000, () => now);
  let content: { status: number; etag: string | null; text: string } = {
    status: 200,
    etag: '"a"',
    text: 'one',
  };
  const ask = async (etag: string | null): Promise<Response> => {
    asked.push(etag);
    if (etag !== null && etag === content.etag) return new Response(null, { status: 304 });
    const headers: Record<string, string> = content.etag === null ? {} : { etag: content.etag };
    return new Response(content.text, { status: content.status, headers });
  };
  return {
    memory,
    asked,
    look: async (isForever = false) => (await memory.answer('GET x', isForever, ask)).text(),
    change: (next: Partial<typeof content>) => (content = { ...content, ...next }),
    later: (milliseconds: number) => (now += milliseconds),
  };
}

describe('the memory of a registry’s answers', () => {
  it('asks once a minute, and then whether it changed', async () => {
    const { asked, look, later, change } = world();
    expect([await look(), await look()]).toEqual(['one', 'one']);
    change({ etag: '"b"', text: 'two' });
    expect(await look()).toBe('one');
    later(60_000);
    expect([await look(), await look()]).toEqual(['two', 'two']);
    later(60_000);
    expect(await look()).toBe('two');
    expect(asked).toEqual([null, '"a"', '"b"']);
  });

  it('asks at once what somebody knows to have changed', async () => {
    const { asked, look, change, memory } = world();
    await look();
    change({ etag: '"b"', text: 'two' });
    memory.expire();
    expect(await look()).toBe('two');
    expect(asked).toEqual([null, '"a"']);
  });

  it('asks once for what a digest names, if it was there', async () => {
    const { asked, look, later, change } = world();
    change({ status: 404, text: 'none', etag: null });
    await look(true);
    later(60_000);
    change({ status: 200, text: 'one' });
    expect(await look(true)).toBe('one');
    later(3_600_000);
    expect(await look(true)).toBe('one');
    expect(asked).toHaveLength(2);
  });

  it('asks once for many who want to know at the same time', async () => {
    const { asked, look } = world();
    expect(await Promise.all([look(), look(), look()])).toEqual(['one', 'one', 'one']);
    expect(asked).toHaveLength(1);
  });

  it('does not press a registry that fails, and finds it again', async () => {
    let now = 0;
    let isDead = true;
    let asked = 0;
    const memory = createAnswerMemory(60_000, () => now);
    const look = () =>
      memory.answer('GET x', false, async () => {
        asked += 1;
        if (isDead) throw new Error('dead');
        return new Response('alive');
      });
    await expect(look()).rejects.toThrow('dead');
    await expect(look()).rejects.toThrow('dead');
    expect(asked).toBe(1);
    isDead = false;
    now += 60_000;
    expect(await (await look()).text()).toBe('alive');
  });
});
