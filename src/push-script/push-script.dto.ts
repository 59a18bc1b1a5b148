import { ApiProperty, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'PushScriptConfigurationAnswer' })
export class PushScriptConfigurationResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Key to subscribe to Web Push with (RFC 8292), base64url; null where none is set',
    example: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
  })
  vapidPublicKey: string | null;
}
