using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Tiltas.Directory.Storage.Migrations;

[DbContext(typeof(DirectoryStore))]
[Migration("20261122000007_Digests")]
internal sealed class Digests : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- What matching asks of all services of a need and of all memoranda: that stands in an index alone.
        DROP INDEX services_matching;
        CREATE INDEX services_matching ON services (need, id) INCLUDE (version, changed_at, withdrawn_at);
        CREATE INDEX memoranda_versions ON memoranda (id) INCLUDE (version, changed_at);
        """);
}
