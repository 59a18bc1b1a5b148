import { ApiProperty, ApiSchema } from '@nestjs/swagger';

const AN_INSTANT = '2026-11-30T09:30:00.000Z';

@ApiSchema({ name: 'QueueAnswer' })
class QueueResponse {
  @ApiProperty({ example: 'delivery-batches' })
  name: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 12, description: 'null while Redis does not answer' })
  waiting: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 4 })
  active: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 0, description: 'for later' })
  delayed: number | null;

  @ApiProperty({ type: 'integer', nullable: true, example: 0 })
  failed: number | null;
}

@ApiSchema({ name: 'UnfinishedWorkAnswer' })
class UnfinishedWorkResponse {
  @ApiProperty({ type: 'integer', example: 3, description: 'also those that are scheduled; 10000 for more' })
  deliveries: number;

  @ApiProperty({
    nullable: true,
    type: Number,
    example: 0.4,
    description: 'seconds since the plan was due that waits longest for a worker; null when none waits',
  })
  oldestPlanSeconds: number | null;

  @ApiProperty({ nullable: true, type: Number, example: 12.5, description: 'the same of a batch' })
  oldestBatchSeconds: number | null;
}

@ApiSchema({ name: 'ThrottledPushServiceAnswer' })
class ThrottledPushServiceResponse {
  @ApiProperty({ example: 'updates.push.services.mozilla.com', description: 'its host, or firebase' })
  service: string;

  @ApiProperty({ type: String, nullable: true, example: 'example.com', description: 'null: all domains wait' })
  domain: string | null;

  @ApiProperty({ format: 'date-time', example: AN_INSTANT })
  until: Date;
}

@ApiSchema({ name: 'OpenPruneBreakerAnswer' })
class OpenPruneBreakerResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ format: 'date-time', example: AN_INSTANT })
  openedAt: Date;

  @ApiProperty({ type: 'integer', example: 900, description: 'contacts that were not pruned since' })
  withheld: number;
}

@ApiSchema({ name: 'DependencyAnswer' })
class DependencyResponse {
  @ApiProperty({ example: 'mongodb' })
  name: string;

  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';

  @ApiProperty({ type: String, nullable: true, example: 'ECONNREFUSED', description: 'why it is down' })
  detail: string | null;
}

@ApiSchema({ name: 'VersionsAnswer' })
class VersionsResponse {
  @ApiProperty({ example: '0.1.0' })
  product: string;

  @ApiProperty({ example: '22.20.0' })
  node: string;

  @ApiProperty({ type: String, nullable: true, example: '8.2.0', description: 'null while it does not answer' })
  mongodb: string | null;

  @ApiProperty({ type: String, nullable: true, example: '8.0.2', description: 'also of Valkey' })
  redis: string | null;
}

@ApiSchema({ name: 'SystemAnswer' })
export class SystemResponse {
  @ApiProperty({ type: [QueueResponse] })
  queues: QueueResponse[];

  @ApiProperty()
  unfinished: UnfinishedWorkResponse;

  @ApiProperty({ type: [ThrottledPushServiceResponse], description: 'the longest first, at most 100' })
  throttledPushServices: ThrottledPushServiceResponse[];

  @ApiProperty({ type: [OpenPruneBreakerResponse], description: 'at most 100' })
  openPruneBreakers: OpenPruneBreakerResponse[];

  @ApiProperty({ type: [DependencyResponse], description: 'as the process that answers sees them' })
  dependencies: DependencyResponse[];

  @ApiProperty({ description: 'of the process that answers, and of what it is connected to' })
  versions: VersionsResponse;
}
