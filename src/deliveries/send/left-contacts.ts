import { WriteCoalescer } from '../../core/async/write-coalescer.js';
import type { RecipientsReader } from '../../push-contacts/recipients.reader.js';

/** Which of a call's contacts have left. */
interface Question {
  readonly ids: readonly string[];
  readonly since: Date;
  left: ReadonlySet<string>;
}

interface Questions {
  readonly coalescer: WriteCoalescer<Question>;
  unanswered: number;
}

/** When more have left, the contacts of the calls are asked for. */
const MAX_LEFT = 1_000;

/** More than the calls that are made at once. */
const MAX_QUESTIONS = 1_000;

const NONE: ReadonlySet<string> = new Set();

/**
 * Finds the contacts that have left. A broadcast asks before each of its calls, though hardly anybody leaves
 * meanwhile: the calls of a domain that ask at the same time share a query, which begins after they have
 * asked.
 */
export class LeftContacts {
  /** By domain, those with unanswered questions. */
  private readonly domains = new Map<string, Questions>();

  constructor(private readonly recipients: RecipientsReader) {}

  /** Resolves with those of the domain's contacts `ids` that left at `since` or later. */
  async find(domain: string, ids: readonly string[], since: Date): Promise<ReadonlySet<string>> {
    const question: Question = { ids, since, left: NONE };
    const questions = this.domains.get(domain) ?? this.open(domain);
    questions.unanswered += 1;
    try {
      await questions.coalescer.add(question);
      return question.left;
    } finally {
      questions.unanswered -= 1;
      if (questions.unanswered === 0) this.domains.delete(domain);
    }
  }

  private open(domain: string): Questions {
    const coalescer = new WriteCoalescer<Question>(
      'left-contacts',
      (asked) => this.answer(domain, asked),
      MAX_QUESTIONS,
    );
    const questions = { coalescer, unanswered: 0 };
    this.domains.set(domain, questions);
    return questions;
  }

  private async answer(domain: string, asked: readonly Question[]): Promise<void> {
    const since = new Date(Math.min(...asked.map((question) => question.since.getTime())));
    const left =
      (await this.recipients.findUnsubscribed(domain, since, MAX_LEFT)) ??
      // Still one query: an answer must not grow old while the others are asked for.
      (await this.recipients.findUnsubscribedOf(domain, asked.map(({ ids }) => ids).flat(), since));
    for (const question of asked) question.left = new Set(question.ids.filter((id) => left.has(id)));
  }
}
