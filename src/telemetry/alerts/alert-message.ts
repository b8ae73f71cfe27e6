import { hostname } from 'node:os';
import type { WorkerSettings } from '../../config/settings.js';
import { maskSecrets } from '../../config/secret-mask.js';
import type { Letter } from '../outbound/outbound-post.js';
import type { AlertRule, Condition } from './alert-rules.js';

const MAX_TEXT_CHARS = 2_000;

/** An alert as it is told: instants as text, since they come out of the ledger. */
export interface AlertNews {
  readonly status: 'firing' | 'resolved';
  readonly rule: AlertRule;
  /** Null: it is about the worker as a whole. */
  readonly task: string | null;
  readonly details: Readonly<Record<keyof Omit<Condition, 'since'>, string | null>>;
  readonly since: Date;
  readonly until: Date | null;
}

/** Words alerts for `ALERT_WEBHOOK_URL`, secrets masked. */
export class AlertMessages {
  constructor(private readonly settings: WorkerSettings) {}

  letter(url: string, news: AlertNews): Letter {
    const body = this.settings.alerts.format === 'slack' ? this.slack(news) : this.json(news);
    return { url, contentType: 'application/json', body: JSON.stringify(body) };
  }

  private json(news: AlertNews): object {
    const { status, rule, task, details, since, until } = news;
    return {
      status,
      rule,
      task,
      title: this.title(news),
      since: since.toISOString(),
      until: until?.toISOString() ?? null,
      run: details.run,
      lastSuccessAt: details.lastSuccessAt,
      command: details.command,
      link: this.link(news),
      environment: this.settings.environment ?? null,
      worker: hostname(),
    };
  }

  private slack(news: AlertNews): object {
    const { status, details, since, until } = news;
    const facts = [
      `since ${since.toISOString()}`,
      until && `until ${until.toISOString()}`,
      `last success ${details.lastSuccessAt ?? 'never'}`,
    ].filter((fact) => fact !== null);
    const link = this.link(news);
    const lines = [
      `*${status === 'firing' ? 'Alert' : 'Resolved'}:* ${escape(this.title(news))}`,
      facts.join(' · '),
      ...(status === 'firing' && details.command !== null ? [`\`${escape(details.command)}\``] : []),
      ...(link === null ? [] : [`<${link}|Open the console>`]),
    ];
    return { text: lines.join('\n') };
  }

  private title({ details }: AlertNews): string {
    const { environment } = this.settings;
    const text = maskSecrets(`${environment === undefined ? '' : `[${environment}] `}${details.what}`);
    return text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
  }

  private link({ task, details }: AlertNews): string | null {
    const { publicUrl } = this.settings;
    if (publicUrl === undefined) return null;
    if (details.run !== null) return `${publicUrl}/console/runs/${details.run}`;
    return task === null ? `${publicUrl}/console/system` : `${publicUrl}/console/tasks/${task}`;
  }
}

/** Slack's three control characters. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
