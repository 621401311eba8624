import { describe, expect, test } from '@jest/globals';
import { imageOfAddress } from '../../../bot/pasted/web-address.ts';

describe('the address of a page that shows an image is that image', () => {
  test.each([
    ['https://hub.docker.com/_/nginx', 'nginx'],
    ['https://hub.docker.com/_/nginx/tags', 'nginx'],
    ['https://hub.docker.com/_/nginx/tags?name=1.21-alpine', 'nginx:1.21-alpine'],
    ['https://hub.docker.com/_/nginx?tab=description#how-to', 'nginx'],
    ['hub.docker.com/_/nginx', 'nginx'],
    ['https://hub.docker.com/r/grafana/grafana', 'grafana/grafana'],
    ['https://hub.docker.com/r/bitnami/redis/tags?page=1&name=7.2', 'bitnami/redis:7.2'],
    ['https://hub.docker.com/repository/docker/acme/app/general', 'acme/app'],
    [
      'https://hub.docker.com/layers/library/nginx/1.21-alpine/images/sha256-8f33?context=explore',
      'nginx:1.21-alpine',
    ],
    ['https://hub.docker.com/layers/grafana/grafana/10.4.1/images/sha256-8f33', 'grafana/grafana:10.4.1'],
    ['https://quay.io/repository/prometheus/node-exporter', 'quay.io/prometheus/node-exporter'],
    [
      'https://quay.io/repository/prometheus/node-exporter?tab=tags&tag=v1.7.0',
      'quay.io/prometheus/node-exporter:v1.7.0',
    ],
    ['https://quay.io/prometheus/node-exporter:v1.7.0', 'quay.io/prometheus/node-exporter:v1.7.0'],
    ['https://github.com/Acme/shop/pkgs/container/App', 'ghcr.io/acme/app'],
    ['https://github.com/acme/shop/pkgs/container/charts%2Fapp/123?tag=v1', 'ghcr.io/acme/charts/app:v1'],
    ['https://github.com/orgs/acme/packages/container/package/app', 'ghcr.io/acme/app'],
    ['https://ghcr.io/acme/app:1.2', 'ghcr.io/acme/app:1.2'],
    ['https://gallery.ecr.aws/nginx/nginx', 'public.ecr.aws/nginx/nginx'],
    ['https://mcr.microsoft.com/en-us/product/dotnet/sdk/about', 'mcr.microsoft.com/dotnet/sdk'],
    ['https://mcr.microsoft.com/en-us/artifact/mar/dotnet/aspnet/tags', 'mcr.microsoft.com/dotnet/aspnet'],
    ['docker://nginx:1.21', 'nginx:1.21'],
    ['oci://ghcr.io/acme/charts/app:1.2', 'ghcr.io/acme/charts/app:1.2'],
    // No page of a registry: what it is said to be is told afterwards.
    ['nginx:1.21', undefined],
    ['ghcr.io/acme/app:1.2', undefined],
    ['quay.io/prometheus/node-exporter:v1.7.0', undefined],
    ['https://hub.docker.com/', undefined],
    ['https://[bad', undefined],
  ])('%s', (address, image) => {
    expect(imageOfAddress(address)).toBe(image);
  });
});
