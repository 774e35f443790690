-- +goose Up

-- A wave is one time at which a survey is put: all campaigns that ask at that time, and what came on paper.
-- It asks one version, so that its figures have one wording; a version can be asked in many waves, which are
-- then told apart. What is counted, compared and cited is a wave.
CREATE TABLE survey_wave (
    id                uuid        CONSTRAINT survey_wave_pkey PRIMARY KEY DEFAULT gen_random_uuid(),
    survey_id         text        NOT NULL CONSTRAINT survey_wave_survey_fkey REFERENCES survey (id),
    number            integer     NOT NULL,
    survey_version_id uuid        NOT NULL CONSTRAINT survey_wave_version_fkey REFERENCES survey_version (id),
    opened_at         timestamptz NOT NULL,
    CONSTRAINT survey_wave_number_key UNIQUE (survey_id, number),
    CONSTRAINT survey_wave_version_key UNIQUE (id, survey_version_id),
    CONSTRAINT survey_wave_number_check CHECK (number > 0)
);

-- Until now what was sent or answered of a version was counted together: that is one wave each.
INSERT INTO survey_wave (survey_id, number, survey_version_id, opened_at)
SELECT v.survey_id, row_number() OVER (PARTITION BY v.survey_id ORDER BY v.number), v.id,
       least(c.first, r.first)
FROM survey_version v
LEFT JOIN (SELECT survey_version_id, min(launched_at) AS first FROM campaign WHERE state <> 'draft' GROUP BY 1) c ON c.survey_version_id = v.id
LEFT JOIN (SELECT survey_version_id, min(started_at) AS first FROM response GROUP BY 1) r ON r.survey_version_id = v.id
WHERE c.first IS NOT NULL OR r.first IS NOT NULL;

-- A campaign belongs to a wave from when it is launched. new_wave is what was chosen for it: to begin one
-- although the version has been asked before. A version that was not asked last begins one in any case.
ALTER TABLE campaign ADD COLUMN new_wave boolean NOT NULL DEFAULT false, ADD COLUMN wave_id uuid;
UPDATE campaign c SET wave_id = w.id FROM survey_wave w WHERE w.survey_version_id = c.survey_version_id AND c.state <> 'draft';
ALTER TABLE campaign
    ADD CONSTRAINT campaign_wave_fkey FOREIGN KEY (wave_id, survey_version_id) REFERENCES survey_wave (id, survey_version_id),
    ADD CONSTRAINT campaign_wave_check CHECK ((state = 'draft') = (wave_id IS NULL));

-- A response that came by a link is of its campaign's wave; one that did not names its own.
ALTER TABLE response ADD COLUMN wave_id uuid;
UPDATE response r SET wave_id = w.id FROM survey_wave w WHERE w.survey_version_id = r.survey_version_id AND r.campaign_id IS NULL;
ALTER TABLE response
    ADD CONSTRAINT response_wave_fkey FOREIGN KEY (wave_id, survey_version_id) REFERENCES survey_wave (id, survey_version_id),
    ADD CONSTRAINT response_wave_check CHECK ((campaign_id IS NULL) = (wave_id IS NOT NULL));

-- A figure is cited from a wave. NULL: nobody had answered the version yet; then it is its first one.
-- weights are the questions whose frame counts firms' answers were weighted to.
ALTER TABLE recommendation_evidence ADD COLUMN wave_id uuid, ADD COLUMN weights text[] NOT NULL DEFAULT '{}';
UPDATE recommendation_evidence e SET wave_id = w.id FROM survey_wave w WHERE w.survey_version_id = e.survey_version_id;
ALTER TABLE recommendation_evidence
    ADD CONSTRAINT recommendation_evidence_wave_fkey FOREIGN KEY (wave_id, survey_version_id) REFERENCES survey_wave (id, survey_version_id);

-- What is public is of a wave: other people answered the next one, so nothing is worked out from the two.
ALTER TABLE disclosure_release ADD COLUMN wave integer NOT NULL DEFAULT 0;
UPDATE disclosure_release d SET wave = w.number
FROM survey_version v JOIN survey_wave w ON w.survey_version_id = v.id
WHERE v.survey_id = d.survey_id AND v.number = d.version;
ALTER TABLE disclosure_release
    DROP CONSTRAINT disclosure_release_once,
    ADD CONSTRAINT disclosure_release_once UNIQUE (reference, survey_id, wave, question, selection);
DROP INDEX disclosure_release_survey;
CREATE INDEX disclosure_release_survey ON disclosure_release (survey_id, wave, id);
