"""The agency's own settings in the graph: one table, its versions, and what a change would do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from kernel.graph import Connection, Info, Page, Refusable, Refusal, connection
from kernel.messages import Service
from kernel.once import once
from services.matching.actions import agency_settings as actions
from services.matching.model import agency_settings as model

MATCHING = Service.MATCHING
strawberry.enum(model.Kind, name="SettingKind")
strawberry.enum(model.Section, name="SettingSection")


@strawberry.type
class AgencySetting:
    """One line of the table: what it means, its safe range (both ends in it), and its value.

    Of a line of words, `least` and `most` count letters. `byDefault` is what all start from.
    """

    name: str
    section: model.Section
    title: str
    words: str
    unit: str
    kind: model.Kind
    least: str
    most: str
    by_default: str
    value: str
    source: str

    @staticmethod
    def of(setting: model.Setting, value: str) -> AgencySetting:
        return AgencySetting(
            name=setting.name,
            section=setting.section,
            title=setting.title,
            words=setting.words,
            unit=setting.unit,
            kind=setting.kind,
            least=setting.least,
            most=setting.most,
            by_default=setting.default,
            value=value,
            source=setting.source,
        )


@strawberry.type
class AgencySettings:
    """What the agency decides for itself, as it is in force. Version 0: nobody changed anything."""

    version: int
    settings: list[AgencySetting]

    @staticmethod
    def of(kept: model.AgencySettings) -> AgencySettings:
        every = model.OF_AGENCY.values()
        return AgencySettings(
            version=kept.version, settings=[AgencySetting.of(one, kept.text(one)) for one in every]
        )


@strawberry.type
class SettingChange:
    name: str
    title: str
    unit: str
    before: str
    after: str

    @staticmethod
    def of(change: model.SettingChange) -> SettingChange:
        return SettingChange(
            name=change.setting.name,
            title=change.setting.title,
            unit=change.setting.unit,
            before=change.before,
            after=change.after,
        )


@strawberry.type
class AgencySettingsVersion:
    """One version: by whom, when, why, and what it changed. `restores`: it went back to that."""

    version: int
    set_at: datetime
    set_by: str | None
    why: str
    restores: int | None
    changes: list[SettingChange]

    @staticmethod
    def of(kept: model.AgencySettingsVersion) -> AgencySettingsVersion:
        return AgencySettingsVersion(
            version=kept.version,
            set_at=kept.set_at,
            set_by=kept.set_by,
            why=kept.why,
            restores=kept.restores,
            changes=[SettingChange.of(each) for each in kept.changes],
        )


@strawberry.type
class SettingForeseen:
    """What one change would come to today, in words: `now` and `then`; or why it cannot be."""

    change: SettingChange
    now: str
    then: str
    fault: str | None

    @staticmethod
    def of(found: model.SettingForeseen) -> SettingForeseen:
        return SettingForeseen(
            change=SettingChange.of(found.change),
            now=found.now,
            then=found.then,
            fault=found.fault,
        )


@strawberry.input
class SettingInput:
    name: str
    value: str


@strawberry.input
class AgencySettingsInput:
    """Some settings by name, the others stay; or `restores`, an earlier version to go back to."""

    settings: list[SettingInput]
    restores: int | None = None

    @property
    def values(self) -> dict[str, str]:
        return {each.name: each.value for each in self.settings}


SetAgencySettingsResult = Annotated[
    AgencySettings | Refusal, strawberry.union("SetAgencySettingsResult")
]


@strawberry.type
class AgencySettingsQuery:
    @strawberry.field
    async def agency_settings(self, info: Info) -> AgencySettings | None:
        found = await actions.agency_settings(info.context.ask(MATCHING))
        return AgencySettings.of(found) if found else None

    @strawberry.field
    async def agency_settings_versions(
        self, info: Info, first: int = 20, after: str | None = None
    ) -> Connection[AgencySettingsVersion]:
        """Every version that a person set, the newest first."""
        page = Page.of(first, after, int)
        before = page.after[0] if page.after else None
        ask = info.context.ask(MATCHING)
        rows, total = await actions.versions(ask, before=before, limit=page.limit)
        return connection(
            page,
            rows,
            node=AgencySettingsVersion.of,
            cursor=lambda row: (row.version,),
            total_count=total,
        )

    @strawberry.field
    async def foresee_agency_settings(
        self, info: Info, input: AgencySettingsInput
    ) -> list[SettingForeseen] | None:
        """What would change today; null for what never was. Keeps nothing."""
        found: Sequence[model.SettingForeseen] | None = await actions.foresee(
            info.context.ask(MATCHING), values=input.values, restores=input.restores
        )
        return None if found is None else [SettingForeseen.of(each) for each in found]


@strawberry.type
class AgencySettingsMutation:
    @strawberry.mutation(extensions=[Refusable()])
    async def set_agency_settings(
        self, info: Info, key: UUID, input: AgencySettingsInput, version: int, why: str
    ) -> SetAgencySettingsResult:
        """Keep a change as the next version. `version` is the one it was decided on."""
        await once(
            info.context.ask(MATCHING),
            key,
            actions.set_agency_settings,
            values=input.values,
            restores=input.restores,
            version=version,
            why=why,
        )
        found = await actions.agency_settings(info.context.ask(MATCHING))
        assert found is not None, "who may set may see"
        return AgencySettings.of(found)
