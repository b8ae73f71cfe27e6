import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Chromium from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

export interface StartedBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * A real Chromium: the one that comes by npm, or that of `CHROME_PATH`. It is unpacked into a
 * folder of its own, so that test runs beside one another do not share a half-written file.
 */
export async function startBrowser(): Promise<StartedBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'worker-browser-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    const executablePath = process.env['CHROME_PATH'] ?? (await Chromium.executablePath());
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-dev-shm-usage'];
    const browser = await chromium.launch({ executablePath, args });
    return {
      browser,
      async close() {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}
