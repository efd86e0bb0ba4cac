# 述评考: web, worker and scheduler in one image; docker-compose.yml says which is which.
FROM node:22-bookworm-slim AS assets
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts
COPY config/launcher config/launcher
RUN node config/launcher/build_assets.mjs /out/assets /out/fonts

FROM python:3.12-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    SPK_VAR_DIR=/data SPK_ASSETS_DIR=/app/built/assets SPK_FONTS_DIR=/app/built/fonts SPK_STATIC_ROOT=/app/built/static
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.txt
COPY --from=assets /out built/
COPY manage.py ./
COPY config config
COPY apps apps
COPY templates templates
COPY static static
# Neither value is used for anything but loading the settings.
RUN SECRET_KEY=build DATABASE_URL=postgresql://build@localhost/build python manage.py collectstatic --noinput --verbosity 0 \
 && useradd --system --uid 10001 spk && install -d -o spk -g spk /data /data/files
USER spk
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "8", "--no-ws", "--no-access-log", "--respawn-failed-workers", "--workers-kill-timeout", "5", "config.wsgi:application"]
