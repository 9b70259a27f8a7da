"""`sunshine keys`: the key file is made, keys are changed, and old ones are destroyed."""

from __future__ import annotations

import click

from app.kernel import key_file
from app.kernel.command_line import database_of, stop, translated
from app.kernel.crypto import AES, SECRET_BYTES
from app.kernel.settings import get_settings
from app.operations import key_rotation

PARTS = {"data": "资料", "index": "索引"}
ALGORITHM = click.Choice(list(SECRET_BYTES))
PART = click.Choice(list(PARTS))


@click.group()
def keys() -> None:
    """密钥：生成、查看、轮换、销毁。"""


@keys.command()
@click.option("--algorithm", type=ALGORITHM, help="默认按设置 KEYS_ALGORITHM。")
def init(algorithm: str | None) -> None:
    """生成密钥文件；已经有的绝不覆盖。请把它备份到数据库备份以外的地方。"""
    settings = get_settings()
    made = key_file.create(settings.keys_path, algorithm=algorithm or settings.keys_algorithm)
    if not made:
        stop("已经有密钥文件，没有改动。丢了它，已加密的资料就再也解不开。")
    click.echo("已生成密钥文件。请现在就备份，与数据库的备份分开存放。")


@keys.command("list")
@translated
def list_keys() -> None:
    """列出密钥的编号、算法、是否在用，以及还有多少行资料在用它。"""
    settings = get_settings()
    found = key_file.describe(settings.keys_path)
    with database_of(settings).unit_of_work() as session:
        standing = {key.name: key_rotation.standing(session, key) for key in found}
    click.echo("\t".join(("编号", "用途", "算法", "状态", "行数")))
    for key in found:
        state = "在用" if key.is_current else ("旧" if key.superseded_at else "备用")
        facts = (key.name, PARTS[key.part], key.algorithm, state, standing[key.name])
        click.echo("\t".join(str(fact) for fact in facts))


@keys.command()
@click.option("--part", type=PART, default="data", help="data 资料，index 索引。")
@click.option("--algorithm", type=ALGORITHM, help="新密钥的算法，默认按设置。")
@click.option("--prepare", is_flag=True, help="只加一把备用密钥：先把文件复制到每台机器。")
@click.option("--again", is_flag=True, help="不换密钥，只把还没做完的再做一遍。")
@translated
def rotate(part: str, algorithm: str | None, *, prepare: bool, again: bool) -> None:
    """换一把新密钥，在后台把全部资料重新加密；期间照常使用。"""
    settings = get_settings()
    database = database_of(settings)
    path = settings.keys_path
    chosen = AES if part == "index" else algorithm or settings.keys_algorithm
    if prepare:
        name = key_file.prepare(path, part, algorithm=chosen)
        click.echo(f"已加备用密钥 {name}。复制密钥文件到每台机器后，再运行 rotate。")
        return
    if again:
        found = key_file.describe(path)
        name = next(key.name for key in found if key.part == part and key.is_current)
    else:
        name = key_file.add(path, part, algorithm=chosen)
    with database.unit_of_work() as session:
        chains = key_rotation.publish(session, part, key=name)
    click.echo(f"在用的密钥是 {name}，已安排 {chains} 项后台任务。进度：sunshine keys list。")
    click.echo("密钥文件变了，请重新备份。")


@keys.command()
@click.argument("name", metavar="编号")
@translated
def forget(name: str) -> None:
    """销毁一把不再使用的密钥；还有资料在用它时不会销毁。"""
    settings = get_settings()
    database = database_of(settings)
    with database.unit_of_work() as session:
        key = key_rotation.release(session, settings.keys_path, name, files_dir=settings.files_dir)
    key_file.forget(settings.keys_path, key.part, name)
    click.echo(f"已销毁密钥 {name}。旧的备份里还有它，按备份的保存期一起销毁。")
