import { jest } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { HOUR } from '../../../time/duration.js';
import { CronSchedule } from '../cron.schedule.js';
import { writeTzif } from '../testing/tzif-writer.js';
import { BundledZones } from './bundled-zones.js';
import { SystemZones } from './system-zones.js';
import type { Stretch, TimeZone } from './time-zone.js';
import { ZoneData, zoneDataVersion } from './zone-data.js';

const NOWHERE = '/nonexistent';
const bundled = new ZoneData({ icuVersion: '2000a', systemFolder: NOWHERE });
const icu = new ZoneData({ systemFolder: NOWHERE, bundledFile: NOWHERE });

/** In London, winter and summer alike, two hours ahead. */
const PLANTED = writeTzif({ initial: 7_200, footer: 'XST-2' });
/** What the packed data of one zone look like: an hour behind, all the time. */
const PACKED = { version: '2098b', zones: ['Europe/London|X|10|0||'], links: ['Europe/London|GB'] };

function stretchesOf(zone: TimeZone, year: number): Stretch[] {
  const stretches: Stretch[] = [];
  for (let start = Date.UTC(year, 0, 1); start < Date.UTC(year + 1, 0, 1); start = stretches.at(-1)?.end ?? Infinity) {
    stretches.push(zone.stretchAt(start));
  }
  return stretches;
}

describe('ZoneData', () => {
  let folder: string;

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'zones-')), 'zoneinfo');
    mkdirSync(folder);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(dirname(folder), { recursive: true });
  });

  function plant(files: Readonly<Record<string, string | Buffer>>): string {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    return folder;
  }

  const offset = (data: ZoneData, name: string) => data.zone(name).stretchAt(Date.UTC(2026, 6, 1)).offset / HOUR;

  it.each([
    ['America/Winnipeg', '2026-11-28T08:00:00.000Z'],
    ['America/Inuvik', '2026-11-28T09:00:00.000Z'],
    ['America/Havana', '2026-11-28T07:00:00.000Z'],
  ])('knows the winter of 2026 in %s, which Node.js 24 does not', (timezone, slot) => {
    for (const schedule of [
      new CronSchedule('0 3 * * *', timezone),
      new CronSchedule('0 3 * * *', timezone, bundled),
    ]) {
      expect(new Date(schedule.next(Date.parse('2026-11-27T12:00Z')) ?? NaN).toISOString()).toBe(slot);
    }
  });

  it('says which release is in use, which is not older than the bundled one', () => {
    expect(zoneDataVersion().version >= '2026f').toBe(true);
    expect(bundled.version).toEqual({ version: expect.stringMatching(/^20\d\d[a-z]$/), source: 'bundled' });
    expect(icu.version).toEqual({ version: process.versions.tz, source: 'icu' });
  });

  it.each(['tzdata.zi', '+VERSION'])('takes a newer release from the system folder, by its %s', (file) => {
    const content =
      file === '+VERSION' ? '2099a\n' : '# version 2099a\n# This zic input file is in the public domain.\n';
    const systemFolder = plant({ [file]: content, 'Europe/London': PLANTED });
    const data = new ZoneData({ systemFolder });
    expect(data.version).toEqual({ version: '2099a', source: 'system' });
    expect(offset(data, 'Europe/London')).toBe(2);
    const schedule = new CronSchedule('0 3 * * *', 'Europe/London', data);
    expect(schedule.next(Date.UTC(2026, 6, 1))).toBe(Date.UTC(2026, 6, 1, 1));
  });

  it('takes the newest of the three', () => {
    const bundledFile = join(plant({ 'packed.json': JSON.stringify(PACKED, null, '\t') }), 'packed.json');
    const systemFolder = plant({ 'tzdata.zi': '# version 2098a\n', 'Europe/London': PLANTED });
    expect(offset(new ZoneData({ systemFolder, bundledFile }), 'Europe/London')).toBe(-1);
    expect(offset(new ZoneData({ systemFolder, bundledFile }), 'gb')).toBe(-1);
    expect(offset(new ZoneData({ systemFolder, bundledFile, icuVersion: '2099a' }), 'Europe/London')).toBe(1);
    expect(new ZoneData({ systemFolder, bundledFile, icuVersion: '2098b' }).version.source).toBe('icu');
    plant({ 'tzdata.zi': '# version 2098b\n' });
    expect(new ZoneData({ systemFolder, bundledFile }).version.source).toBe('system');
  });

  it.each(['Europe/London', 'Asia/Tokyo', 'America/New_York'])(
    'takes a zone that the newest release lacks or spoils from an older one: %s',
    (name) => {
      const systemFolder = plant({ 'tzdata.zi': '# version 2099a\n', 'Europe/London': PLANTED.subarray(0, 60) });
      plant({ 'America/New_York/x': '' });
      const data = new ZoneData({ systemFolder });
      expect(offset(data, name)).toBe(offset(icu, name));
    },
  );

  it('reads nothing for UTC', () => {
    const opened = [jest.spyOn(BundledZones, 'open'), jest.spyOn(SystemZones, 'open')];
    new CronSchedule('0 3 * * *', 'UTC', new ZoneData()).next(0);
    expect(opened.every(({ mock }) => mock.calls.length === 0)).toBe(true);
  });

  it.each([
    '',
    'Mars/Olympus',
    '../outside',
    'Europe/../Europe/London',
    '/etc/passwd',
    'posix/London',
    'localtime',
    '.',
    'a\0b',
  ])('does not know %j', (name) => {
    const systemFolder = plant({ 'tzdata.zi': '# version 2099a\n', 'posix/London': PLANTED, localtime: PLANTED });
    plant({ 'Europe/London': PLANTED });
    writeFileSync(join(folder, '..', 'outside'), PLANTED);
    expect(() => new ZoneData({ systemFolder }).zone(name)).toThrow(RangeError);
  });

  /** Not among those that a release since that of Node.js has moved. */
  const settled = [
    ...['Europe/Berlin', 'Europe/Dublin', 'Europe/London', 'America/New_York', 'America/Santiago', 'Asia/Kathmandu'],
    ...['Australia/Lord_Howe', 'Pacific/Apia', 'Pacific/Auckland', 'Antarctica/Troll', 'Africa/Cairo', 'Asia/Amman'],
    ...['America/St_Johns', 'Asia/Kolkata', 'US/Eastern', 'Etc/GMT+5', 'America/Sao_Paulo', 'Africa/Monrovia'],
  ];

  it('has the very clocks of Node.js where releases agree', () => {
    fc.assert(
      fc.property(fc.constantFrom(...settled), fc.integer({ min: 1970, max: 2300 }), (name, year) => {
        expect(stretchesOf(bundled.zone(name), year)).toEqual(stretchesOf(icu.zone(name), year));
      }),
      { numRuns: 300 },
    );
  });

  /** 1979 in Tehran and 1992 in Bogota: releases since that of Node.js know better. */
  const corrected = ['Asia/Tehran', 'Iran', 'America/Bogota'];

  it('has the very clocks of Node.js until 2025 in any other zone', () => {
    const names = fc.constantFrom(...bundled.names().filter((name) => !corrected.includes(name)));
    fc.assert(
      fc.property(names, fc.integer({ min: 1970, max: 2025 }), (name, year) => {
        expect(stretchesOf(bundled.zone(name), year)).toEqual(stretchesOf(icu.zone(name), year));
      }),
      { numRuns: 150 },
    );
  });

  it('reads the zones of this system as Node.js does', () => {
    const system = new ZoneData({ icuVersion: '2000a', bundledFile: NOWHERE });
    if (system.version.source !== 'system') return;
    for (const name of [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Europe/Dublin',
      'Asia/Kathmandu',
    ]) {
      for (const year of [1985, 2007, 2026, 2150]) {
        expect(stretchesOf(system.zone(name), year)).toEqual(stretchesOf(icu.zone(name), year));
      }
    }
  });
});
