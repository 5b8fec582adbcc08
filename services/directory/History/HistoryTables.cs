using Microsoft.EntityFrameworkCore;

namespace Tiltas.Directory.History;

internal static class HistoryTables
{
    public static void AddHistory(this ModelBuilder model) => model.Entity<HistoryEntry>(entry =>
    {
        entry.ToTable("history");
        entry.HasKey(e => e.Number);
        entry.Property(e => e.Number).HasColumnName("number").ValueGeneratedOnAdd();
        entry.Property(e => e.Id).HasColumnName("id");
        entry.Property(e => e.At).HasColumnName("at");
        entry.Property(e => e.Agency).HasColumnName("agency");
        entry.Property(e => e.Kind).HasColumnName("kind");
        entry.Property(e => e.Record).HasColumnName("record");
        entry.Property(e => e.Change).HasColumnName("change");
        entry.Property(e => e.Field).HasColumnName("field");
        entry.Property(e => e.Previous).HasColumnName("previous");
        entry.Property(e => e.Replacement).HasColumnName("replacement");
        entry.Property(e => e.ByAgency).HasColumnName("by_agency");
        entry.Property(e => e.ByClient).HasColumnName("by_client");
    });
}
