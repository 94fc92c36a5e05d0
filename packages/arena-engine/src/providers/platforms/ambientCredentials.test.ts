import { refuseAmbientCredentials } from './ambientCredentials';
import { PlatformName } from './targetOf';

function refuse(platform: PlatformName, url: string, allowed = true) {
  return () =>
    refuseAmbientCredentials({ platform, url: new URL(url), allowed });
}

describe('refuseAmbientCredentials', () => {
  it.each<[PlatformName, string]>([
    ['bedrock', 'https://bedrock-runtime.eu-central-1.amazonaws.com'],
    ['bedrock', 'https://bedrock-runtime-fips.us-east-1.amazonaws.com/openai'],
    [
      'bedrock',
      'https://vpce-0a1-b2.bedrock-runtime.us-east-1.vpce.amazonaws.com',
    ],
    ['vertex', 'https://aiplatform.googleapis.com/v1'],
    ['vertex', 'https://europe-west1-aiplatform.googleapis.com/v1'],
    ['azure', 'https://name.openai.azure.com/openai/v1'],
    ['azure', 'https://name.services.ai.azure.com'],
  ])('lets %s call %s where the run allows it', (platform, url) => {
    expect(refuse(platform, url)).not.toThrow();
    expect(refuse(platform, url, false)).toThrow('allowAmbientCredentials');
  });

  it.each<[PlatformName, string]>([
    ['bedrock', 'http://bedrock-runtime.eu-central-1.amazonaws.com'],
    ['bedrock', 'https://ec2-1-2-3-4.compute.amazonaws.com'],
    ['bedrock', 'https://bedrock-runtime.evil.example/.amazonaws.com'],
    ['vertex', 'https://evilgoogleapis.com'],
    ['vertex', 'https://evil.example/-aiplatform.googleapis.com'],
    ['vertex', 'https://user@evil.example:443/?.googleapis.com'],
    ['azure', 'https://evil.azure-api.net'],
    ['azure', 'https://evil.westeurope.cloudapp.azure.com'],
    ['azure', 'https://x.openai.azure.com.evil.example'],
  ])('keeps them from %s at %s', (platform, url) => {
    expect(refuse(platform, url)).toThrow('are not sent to');
  });
});
