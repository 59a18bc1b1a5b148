import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { SCOPES, type Scope } from './caller.js';

@ApiSchema({ name: 'TokenAnswer' })
export class TokenResponse {
  @ApiProperty({ description: 'whether it may do everything' })
  isSuperUser: boolean;

  @ApiProperty({ type: String, nullable: true, example: 'billing', description: 'the claim `sub`' })
  subject: string | null;

  @ApiProperty({ type: [String], nullable: true, example: ['example.com'], description: 'null: all domains' })
  domains: string[] | null;

  @ApiProperty({ enum: SCOPES, isArray: true, example: ['reports', 'send'], description: 'all of a super user' })
  scopes: Scope[];

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-12-31T00:00:00.000Z',
    description: 'the claim `exp`; null for one that no date can have',
  })
  expiresAt: Date | null;
}
