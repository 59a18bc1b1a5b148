import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { AppError } from '../core/errors.js';
import { DeliveryBells } from '../deliveries/delivery-bells.js';

/** A dependency that takes longer than this to answer is as good as away. */
const ANSWER_WITHIN_MS = 2_000;

type Dependencies = Readonly<Record<'mongodb' | 'redis', 'up' | 'down'>>;

/** Asks the dependencies whether they answer. */
@Injectable()
export class HealthService {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly bells: DeliveryBells,
  ) {}

  /** Throws `not_ready`, with the state of each dependency, when one is away. */
  async demandReady(): Promise<{ status: 'ok'; dependencies: Dependencies }> {
    const [mongodb, redis] = await Promise.all([
      answers(() => this.connection.db?.admin().ping() ?? Promise.reject(new Error('not connected'))),
      answers(() => this.bells.ping()),
    ]);
    const dependencies: Dependencies = { mongodb, redis };
    if (mongodb === 'up' && redis === 'up') return { status: 'ok', dependencies };
    const away = Object.entries(dependencies).filter(([, state]) => state === 'down');
    throw new AppError('not_ready', `Away: ${away.map(([name]) => name).join(', ')}.`, {
      extensions: { dependencies },
    });
  }
}

async function answers(ask: () => Promise<unknown>): Promise<'up' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => {
      resolve('down');
    }, ANSWER_WITHIN_MS);
  });
  const answer = ask().then(
    () => 'up' as const,
    () => 'down' as const,
  );
  return Promise.race([answer, tooLate]).finally(() => {
    clearTimeout(timer);
  });
}
