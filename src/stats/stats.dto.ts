import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { Transform, type TransformFnParams } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsUUID } from 'class-validator';
import { MAX_LENGTH } from '../core/validation/limits.js';
import { OptionalQueryInstant, RequiredQueryInstant } from '../core/validation/request-instant.js';
import { toGuid } from '../core/validation/request-guid.js';
import { PageOffset, PageSize } from '../core/validation/request-integer.js';
import { RequestProperty } from '../core/validation/request-property.js';
import { RequiredText } from '../core/validation/request-text.js';
import { GROUPING_PERIODS, type GroupingPeriod } from './report-periods.js';

const A_MESSAGE_ID = 'df555721-5135-4b5d-9c6a-7db3565f22ae';
const MAX_RESULTS = 100;

/** How many a push service refused for the VAPID key; absent without any. */
function WrongKeyCount(): PropertyDecorator {
  const description = 'those of notDelivered that a push service refused for the VAPID key; absent without any';
  return ApiProperty({ type: 'integer', required: false, example: 12, description });
}

/** With more ids, the URL would exceed the limit of a request's head. */
const MAX_MESSAGE_IDS = 500;

export class ReportDomainParams {
  @RequiredText({ maxLength: MAX_LENGTH.domain, example: 'example.com' })
  domain: string;
}

export class PeriodQuery {
  @RequiredQueryInstant({ example: '2026-01-01' })
  from: Date;

  @RequiredQueryInstant({ example: '2026-12-31' })
  to: Date;
}

export class GroupedStatsQuery extends PeriodQuery {
  @RequestProperty({
    type: [String],
    format: 'uuid',
    minItems: 1,
    maxItems: MAX_MESSAGE_IDS,
    example: [A_MESSAGE_ID],
    description: 'repeat the parameter for each message',
  })
  @Transform(toGuids)
  @ArrayMinSize(1, { message: '$property must be given once or more' })
  @ArrayMaxSize(MAX_MESSAGE_IDS)
  @IsUUID('loose', { each: true })
  messageIds: string[];

  @RequestProperty({
    enum: GROUPING_PERIODS,
    required: false,
    default: 'day',
    example: 'day',
    description: 'in any case; in UTC, weeks start on Sunday',
  })
  @Transform(toGroupingPeriod)
  @IsIn(GROUPING_PERIODS)
  period: GroupingPeriod;
}

export class DeliveryResultsQuery {
  @PageOffset()
  page: number;

  @PageSize({ maximum: MAX_RESULTS })
  per_page: number;

  @OptionalQueryInstant({ example: '2026-01-01' })
  from?: Date;

  @OptionalQueryInstant({ example: '2027-01-01', description: 'exclusive; UTC without an offset' })
  to?: Date;
}

@ApiSchema({ name: 'MessageDetailsAnswer' })
export class MessageDetailsResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ format: 'uuid', example: A_MESSAGE_ID })
  messageId: string;

  @ApiProperty({ type: 'integer', example: 1_000 })
  sent: number;

  @ApiProperty({ type: 'integer', example: 950 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 50 })
  notDelivered: number;

  @ApiProperty({ type: 'integer', example: 990, description: 'delivered, or refused because the contact is gone' })
  billableSends: number;

  @ApiProperty({ type: 'integer', example: 120 })
  clicks: number;

  @ApiProperty({ type: 'integer', example: 900 })
  received: number;

  @ApiProperty({ type: 'integer', example: 30 })
  actionClick: number;

  @WrongKeyCount()
  wrongKey?: number;
}

@ApiSchema({ name: 'CountsAnswer' })
class CountsResponse {
  @ApiProperty({ type: 'integer', example: 1_000 })
  sent: number;

  @ApiProperty({ type: 'integer', example: 950 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 50 })
  notDelivered: number;

  @ApiProperty({ type: 'integer', example: 900 })
  received: number;

  @ApiProperty({ type: 'integer', example: 120 })
  click: number;

  @ApiProperty({ type: 'integer', example: 30 })
  actionClick: number;

  @ApiProperty({ type: 'integer', example: 990 })
  billableSends: number;

  @WrongKeyCount()
  wrongKey?: number;
}

@ApiSchema({ name: 'PeriodCountsAnswer' })
class PeriodCountsResponse extends CountsResponse {
  @ApiProperty({ example: '2026-03-01T00:00:00.000Z', description: 'when the day, week, month or year begins' })
  date: Date;
}

@ApiSchema({ name: 'GroupedStatsAnswer' })
export class GroupedStatsResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ type: [String], format: 'uuid', example: [A_MESSAGE_ID] })
  messageIds: string[];

  @ApiProperty({ example: '2026-01-01T00:00:00.000Z' })
  dateFrom: Date;

  @ApiProperty({ example: '2026-12-31T00:00:00.000Z' })
  dateTo: Date;

  @ApiProperty({ enum: GROUPING_PERIODS, example: 'day' })
  groupedPeriod: GroupingPeriod;

  @ApiProperty()
  totals: CountsResponse;

  @ApiProperty({
    type: [PeriodCountsResponse],
    description: 'ascending; those in which nothing was counted are left out',
  })
  periods: PeriodCountsResponse[];
}

@ApiSchema({ name: 'ConsumedCountAnswer' })
export class ConsumedCountResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ example: '2026-01-01T00:00:00.000Z' })
  from: Date;

  @ApiProperty({ example: '2026-12-31T00:00:00.000Z' })
  to: Date;

  @ApiProperty({ type: 'integer', example: 990 })
  consumed: number;
}

@ApiSchema({ name: 'DeliveryResultAnswer' })
class DeliveryResultResponse {
  @ApiProperty({ example: 'example.com' })
  domain: string;

  @ApiProperty({ type: 'integer', example: 1_000 })
  sentQuantity: number;

  @ApiProperty({ type: 'integer', example: 950 })
  delivered: number;

  @ApiProperty({ type: 'integer', example: 50 })
  notDelivered: number;

  @ApiProperty({ example: '2026-03-01T09:30:00.000Z', description: 'when the message was inserted' })
  date: Date;
}

@ApiSchema({ name: 'DeliveryResultsAnswer' })
export class DeliveryResultsResponse {
  @ApiProperty({ type: [DeliveryResultResponse] })
  items: DeliveryResultResponse[];

  @ApiProperty({ type: 'integer', example: 1, description: 'the page to ask for next' })
  page: number;

  @ApiProperty({ type: 'integer', example: 100 })
  per_page: number;
}

/** Fastify parses a single parameter as a string and a repeated one as an array. */
function toGuids({ value }: TransformFnParams): unknown[] {
  return value === undefined ? [] : ([value] as unknown[]).flat().map(toGuid);
}

/** A blank period has the default, as a missing one. */
function toGroupingPeriod({ value }: TransformFnParams): unknown {
  if (value === undefined) return 'day';
  return typeof value === 'string' ? value.trim().toLowerCase() || 'day' : value;
}
