using System.Text.Json;

namespace Tiltas.Local.Servers;

/// <summary>
/// Which port is whose. A port once given is kept in a file and given again, so that addresses survive a restart; if
/// another program took it meanwhile, a new one is found.
/// </summary>
public sealed class Ports
{
    private readonly string _file;
    private readonly Dictionary<string, int> _given;
    private readonly Lock _lock = new();

    /// <summary>Ports kept in this file; it need not exist.</summary>
    public Ports(string file)
    {
        _file = Path.GetFullPath(file);
        _given = File.Exists(_file) ? JsonSerializer.Deserialize<Dictionary<string, int>>(File.ReadAllText(_file))! : [];
    }

    /// <summary>The port of this name on the loopback interface, promised to it in the <see cref="PortRegister"/>.</summary>
    /// <param name="name">Whose it is.</param>
    /// <param name="wanted">Asked for first if none was given before.</param>
    public int Take(string name, int wanted = 0)
    {
        lock (_lock)
        {
            var owner = (_file, name);
            if (_given.TryGetValue(name, out var before) && PortRegister.TryPromise(before, owner)) return before;
            var port = wanted != 0 && PortRegister.TryPromise(wanted, owner) ? wanted : PortRegister.Any(owner);
            while (_given.ContainsValue(port)) port = PortRegister.Any(owner);
            _given[name] = port;
            Json.WriteFile(_file, _given);
            return port;
        }
    }
}
