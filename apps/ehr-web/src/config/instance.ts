const KEY = Symbol.for('ehr-web.instance');
const kept = globalThis as { [KEY]?: string };

/** The random name of this process in its health report. Kept globally: Next loads a module once for each bundle. */
export const instance = (kept[KEY] ??= crypto.randomUUID());
