import { Get, Inject, Query } from '@nestjs/common';
import type { z } from 'zod';
import { programVersion } from '../../config/program-folder.js';
import type { WorkerSettings } from '../../config/settings.js';
import { workerConfig } from '../../config/worker.config.js';
import { type AuditEntry, CommandLedger } from '../../ledger/command-ledger.js';
import { LedgerConnection } from '../../ledger/ledger-connection.js';
import { Clock } from '../../time/clock.js';
import { zoneDataVersion } from '../../worker/schedules/zones/zone-data.js';
import { OpsController } from './ops.controller.js';
import { configurationView, type ShownVariable } from '../configuration-view.js';
import { type UpstreamView, upstreamView } from '../upstream-view.js';
import { UpstreamPolicies } from '../../data-api/policy/upstream-policy.js';
import { ServiceLedger } from '../../ledger/service-ledger.js';
import { type Page, pageOf, wholeList } from './page.js';
import { auditQuery, Valid } from './requests.js';

interface SystemView {
  readonly version: string;
  readonly environment: string | null;
  readonly node: string;
  readonly timeZoneData: string;
  readonly startedAt: Date;
  readonly ledgerWritable: boolean;
  readonly upstreams: readonly UpstreamView[];
  readonly configuration: readonly ShownVariable[];
}

interface WorkerView {
  /** Host and process id, as runs name it. */
  readonly id: string;
  /** A command executes runs by hand beside the service. */
  readonly role: 'service' | 'command';
  readonly startedAt: Date;
  /** Where it listens; null: nowhere. */
  readonly url: string | null;
  readonly state: 'working';
}

@OpsController('')
export class SystemController {
  private readonly startedAt: Date;

  constructor(
    @Inject(workerConfig.KEY) private readonly settings: WorkerSettings,
    private readonly upstreams: UpstreamPolicies,
    private readonly services: ServiceLedger,
    private readonly ledger: LedgerConnection,
    private readonly commands: CommandLedger,
    clock: Clock,
  ) {
    this.startedAt = clock.now();
  }

  @Get('system')
  async system(): Promise<SystemView> {
    const { source, version: release } = zoneDataVersion();
    return {
      version: programVersion(),
      environment: this.settings.environment ?? null,
      node: process.versions.node,
      timeZoneData: `${release} (${source})`,
      startedAt: this.startedAt,
      ledgerWritable: (await this.ledger.check()).writable,
      upstreams: this.upstreams.all().map(upstreamView),
      configuration: configurationView(this.settings),
    };
  }

  @Get('workers')
  async workers(): Promise<Page<WorkerView>> {
    const workers = await this.services.workers();
    return wholeList(
      workers.map(({ pid, host, ...worker }) => ({ id: `${host}/${pid}`, ...worker, state: 'working' as const })),
    );
  }

  @Get('audit')
  async audit(@Query(new Valid(auditQuery)) { cursor, limit }: z.output<typeof auditQuery>): Promise<Page<AuditEntry>> {
    const query = { limit: limit + 1, ...(cursor === undefined ? {} : { before: cursor }) };
    const found = await this.commands.audit(query);
    return pageOf(found, limit, ({ position }) => String(position));
  }
}
