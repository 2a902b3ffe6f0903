"""The dialogs over the page: a form of the bot, the list of commands, a command to fill in, a message to edit.

`chat_acts` performs what they send.
"""

from sandbox.discord.answers import INPUTS, Modal
from sandbox.discord.errors import Json
from sandbox.discord.nouns import Channel
from sandbox.page.chat_pane import ROLES
from sandbox.page.markup import Markup, attributes, html
from sandbox.page.stage import Stage
from sandbox.page.view import View

_INTEGER, _BOOL, _USER, _CHANNEL, _ROLE, _NUMBER, _FILE = 4, 5, 6, 7, 8, 10, 11


def draw(stage: Stage, view: View) -> Markup:
    """Draw the open dialog, if any."""
    me = stage.person(view)
    form = stage.forms.get(me.id)
    if form is not None:
        return _form(form, view)
    name, _, rest = view.dialog.partition(" ")
    if name == "commands":
        return _commands(stage, view)
    if name == "command":
        return _command(stage, view, rest)
    if name == "message":
        return _message(stage, view, rest)
    return Markup()


def _sheet(key: str, title: str, close: Markup, body: Markup) -> Markup:
    return html(
        '<dialog id="sheet-{key}" class="sheet" aria-labelledby="sheet-title" open>'
        '<header><h2 id="sheet-title">{title}</h2>{close}</header>{body}</dialog>',
        key=key,
        title=title,
        close=close,
        body=body,
    )


def _closing(view: View) -> Markup:
    return html('<a class="close" href="{to}" aria-label="Close" data-close>✕</a>', to=view.url(dialog=""))


def _form(modal: Modal, view: View) -> Markup:
    close = html(
        '<form method="post" action="/act/cancel?{query}">'
        '<button class="close" aria-label="Close" data-close>✕</button></form>',
        query=view.query(),
    )
    body = html(
        '<form method="post" action="/act/submit?{query}">{parts}'
        '<footer><button class="button primary">Submit</button></footer></form>',
        query=view.query(),
        parts=[_part(part, modal) for part in modal.components],
    )
    return _sheet(str(modal.interaction.id), modal.title, close, body)


def _part(part: Json, modal: Modal) -> Markup:
    if part["type"] == 10:
        return html("<p>{text}</p>", text=part.get("content"))
    if part["type"] in INPUTS:
        return _field(part, part.get("label") or part["custom_id"], part.get("description"))
    if part.get("component"):
        return _field(part["component"], part.get("label") or "", part.get("description"))
    return html("{inner}", inner=[_part(each, modal) for each in part.get("components") or []])


def _field(part: Json, label: str, description: str | None) -> Markup:
    key = f"f:{part['custom_id']}"
    required = bool(part.get("required", True))
    if part["type"] == 23:
        return html(
            '<label class="check"><input type="checkbox" name="{name}" value="yes"{checked}{required}>'
            "<span><b>{label}</b><small>{description}</small></span></label>",
            name=key,
            checked=attributes(checked=bool(part.get("default"))),
            required=attributes(required=required),
            label=label,
            description=description,
        )
    control = _text(part, key, required) if part["type"] == 4 else _choice(part, key, required)
    return _labelled(key, label, description, control, required=required)


def _labelled(key: str, label: str, description: str | None, control: Markup, *, required: bool) -> Markup:
    return html(
        '<div class="field"><label for="{key}">{label}{optional}</label>{hint}{control}</div>',
        key=key,
        label=label,
        optional="" if required else Markup(" <small>optional</small>"),
        hint=html('<p class="hint" id="{key}-hint">{text}</p>', key=key, text=description) if description else "",
        control=control,
    )


def _text(part: Json, key: str, required: bool) -> Markup:  # noqa: FBT001 -- an attribute of the element
    given = attributes(
        id=key,
        name=key,
        required=required,
        minlength=part.get("min_length"),
        maxlength=part.get("max_length"),
        placeholder=part.get("placeholder"),
        aria_describedby=f"{key}-hint",
        autocomplete="off",
    )
    if part.get("style") == 2:
        return html('<textarea rows="5"{given}>{value}</textarea>', given=given, value=part.get("value"))
    return html("<input{given}{value}>", given=given, value=attributes(value=part.get("value") or None))


def _choice(part: Json, key: str, required: bool) -> Markup:  # noqa: FBT001 -- an attribute of the element
    options = [
        html(
            '<option value="{value}"{chosen}>{label}</option>',
            value=each["value"],
            chosen=attributes(selected=bool(each.get("default"))),
            label=each["label"],
        )
        for each in part.get("options") or []
    ]
    many = (part.get("max_values") or 1) > 1
    given = attributes(id=key, name=key, required=required, multiple=many)
    return html("<select{given}>{options}</select>", given=given, options=options)


def _commands(stage: Stage, view: View) -> Markup:
    me = stage.person(view)
    items = [
        html(
            '<li><a href="{to}"><b>/{words}</b> <span>{description}</span></a></li>',
            to=view.url(dialog=f"command {words}"),
            words=words,
            description=leaf.get("description"),
        )
        for words, leaf in me.offered(stage.place(view, me))
    ]
    body = html(
        '<p class="hint">What {name}, {role}, may use here.</p>'
        '<input type="search" aria-label="Find a command" placeholder="Find a command" data-filter="command-list">'
        '<ul class="commands" id="command-list">{items}</ul>'
        '<p class="empty" role="status" data-none hidden>No command has these words.</p>',
        name=me.name,
        role=ROLES.get(me.name),
        items=items or html('<li class="empty">{why}</li>', why=_no_commands(stage, view)),
    )
    return _sheet("commands", "Commands", _closing(view), body)


def _no_commands(stage: Stage, view: View) -> str:
    if stage.place(view, stage.person(view)).guild is None and stage.discord.commands_synced:
        return "None: they belong to a server. Choose a channel first."
    return "The bot has not registered its commands yet."


def _command(stage: Stage, view: View, words: str) -> Markup:
    me = stage.person(view)
    leaf = dict(me.offered(stage.place(view, me))).get(words)
    if leaf is None:
        return Markup()
    options = leaf.get("options") or []
    body = html(
        '<p class="hint">{description}</p><form method="post" action="/act/command?{query}"{files}>'
        '<input type="hidden" name="words" value="{words}">{fields}'
        '<footer><button class="button primary">Run /{words}</button></footer></form>',
        description=leaf.get("description"),
        query=view.query(),
        files=attributes(enctype="multipart/form-data" if any(each["type"] == _FILE for each in options) else None),
        words=words,
        fields=[_option(stage, view, words, option) for option in options],
    )
    return _sheet(f"command-{words.replace(' ', '-')}", f"/{words}", _closing(view), body)


def _option(stage: Stage, view: View, words: str, option: Json) -> Markup:
    name, required = f"o:{option['name']}", bool(option.get("required"))
    given = attributes(id=name, name=name, required=required, aria_describedby=f"{name}-hint", autocomplete="off")
    likely = _likely(stage, view, option)
    choices: list[tuple[str, str]] | None = None
    if option.get("choices"):
        choices = [(str(each["value"]), str(each["name"])) for each in option["choices"]]
    elif option["type"] == _BOOL:
        choices = [("yes", "Yes"), ("no", "No")]
    elif option["type"] == _CHANNEL:
        kinds = option.get("channel_types") or ()
        here: list[Channel] = [one for one in stage.guild.channels.values() if not kinds or one.type in kinds]
        choices = [(str(one.id), f"#{one.name}") for one in here]
    elif option["type"] == _USER:
        choices = [(str(person.id), person.name) for person in stage.cast.values()]
    elif option["type"] == _ROLE:
        choices = [(str(role.id), f"@{role.name.removeprefix('@')}") for role in stage.guild.roles.values()]
    if choices is not None:
        control = _select(given, choices, required=required, likely=likely)
    elif option.get("autocomplete"):
        control = _combo(view, words, option["name"], given)
    else:
        forms = {_INTEGER: "number", _NUMBER: "number", _FILE: "file"}
        kind = attributes(type=forms.get(option["type"], "text"), value=likely or None)
        control = html("<input{kind}{given}>", kind=kind, given=given)
    return _labelled(name, option["name"], option.get("description"), control, required=required)


def _likely(stage: Stage, view: View, option: Json) -> str:
    """Return the likely value of an option, which the visitor may change: this blog, this channel."""
    if option["name"] == "url":
        return stage.blog.url
    if option["type"] == _CHANNEL:
        return str(stage.place(view, stage.person(view)).place.id)
    return ""


def _select(given: Markup, choices: list[tuple[str, str]], *, required: bool, likely: str) -> Markup:
    options = [
        html(
            '<option value="{value}"{chosen}>{label}</option>',
            value=value,
            chosen=attributes(selected=value == likely),
            label=label,
        )
        for value, label in choices
    ]
    none = "" if required else Markup('<option value="">–</option>')
    return html("<select{given}>{none}{options}</select>", given=given, none=none, options=options)


def _combo(view: View, words: str, name: str, given: Markup) -> Markup:
    return html(
        '<div class="combo" data-complete="/complete?{query}" data-option="{name}"><input{given} role="combobox" '
        'aria-autocomplete="list" aria-expanded="false" aria-controls="list-{name}">'
        '<input type="hidden" name="v:{name}"><ul role="listbox" id="list-{name}" aria-label="{name}" hidden></ul>'
        '<p class="hint" role="status" data-none hidden>Nothing fits these words.</p></div>',
        query=view.query(),
        name=name,
        given=given,
    )


def _message(stage: Stage, view: View, key: str) -> Markup:
    message = stage.discord.world.messages.get(int(key)) if key.isdecimal() else None
    if message is None or message.author is not stage.person(view):
        return Markup()
    body = html(
        '<form method="post" action="/act/edit?{query}"><input type="hidden" name="message" value="{id}">'
        '<div class="field"><label for="edited">Your message</label>'
        '<textarea id="edited" name="text" rows="4" required maxlength="2000">{text}</textarea></div>'
        '<footer><button class="button primary">Save</button></footer></form>',
        query=view.query(),
        id=message.id,
        text=message.content,
    )
    return _sheet(f"message-{key}", "Edit message", _closing(view), body)
